package io.retort.gateway.drift;

import io.retort.contract.reference.Distribution;
import io.retort.contract.reference.Energy;
import io.retort.contract.reference.HeadReference;
import java.util.ArrayList;
import java.util.List;

/// What one head answered lately, beside what it answered when its release was examined.
sealed interface HeadWindows {

    /// @param values of the head: logits, or one number
    void add(float[] values);

    List<Comparison> comparisons();

    /// @param of what is compared
    /// @param window what was seen lately
    /// @param then their shares in the reference
    record Comparison(Aspect of, Window window, double[] then) {}

    static HeadWindows of(HeadReference reference, int length) {
        return switch (reference) {
            case HeadReference.Classes classes -> new Classes(classes, length);
            case HeadReference.Numbers numbers -> new Numbers(numbers, length);
        };
    }

    /// The classes that were named, and the energies of their logits.
    final class Classes implements HeadWindows {

        private final HeadReference.Classes reference;
        private final Window named;
        private final Window energies;

        private Classes(HeadReference.Classes reference, int length) {
            this.reference = reference;
            this.named = new Window(reference.shares().size(), length);
            this.energies = new Window(Distribution.LEVELS.size() + 1, length);
        }

        @Override
        public void add(float[] values) {
            int winner = 0;
            for (int i = 1; i < values.length; i++) {
                winner = values[i] > values[winner] ? i : winner;
            }
            named.add(winner);
            energies.add(bin(reference.energy(), Energy.of(values)));
        }

        @Override
        public List<Comparison> comparisons() {
            return List.of(
                    new Comparison(
                            Aspect.CLASSES,
                            named,
                            reference.shares().values().stream().mapToDouble(s -> s).toArray()),
                    new Comparison(Aspect.ENERGY, energies, betweenLevels()));
        }
    }

    /// The numbers that were answered.
    final class Numbers implements HeadWindows {

        private final Distribution reference;
        private final Window values;

        private Numbers(HeadReference.Numbers reference, int length) {
            this.reference = reference.values();
            this.values = new Window(Distribution.LEVELS.size() + 1, length);
        }

        @Override
        public void add(float[] own) {
            values.add(bin(reference, own[0]));
        }

        @Override
        public List<Comparison> comparisons() {
            return List.of(new Comparison(Aspect.VALUE, values, betweenLevels()));
        }
    }

    /// Which of the parts that the quantiles make a number falls into.
    private static int bin(Distribution reference, double value) {
        int bin = 0;
        for (double quantile : reference.quantiles()) {
            if (value <= quantile) {
                return bin;
            }
            bin++;
        }
        return bin;
    }

    private static double[] betweenLevels() {
        List<Double> shares = new ArrayList<>();
        double before = 0;
        for (double level : Distribution.LEVELS) {
            shares.add(level - before);
            before = level;
        }
        shares.add(1 - before);
        return shares.stream().mapToDouble(share -> share).toArray();
    }
}
