package io.retort.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.retort.learning.evaluation.PairedBootstrap.Outcome;
import io.retort.learning.evaluation.PredictionPowered.Labelled;
import io.retort.learning.evaluation.PredictionPowered.Unlabelled;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PredictionPoweredTests {

    private static final int DATA_SETS = 300;

    @Test
    void theEstimateIsTheTunedOneComputedByHand() {
        // Differences against the truth 1, 0, -1, 1 and against the teacher 1, 0, 0, 1.
        List<Labelled> labelled =
                List.of(
                        new Labelled("a", 0, 1, 0, 1),
                        new Labelled("b", 0, 0, 1, 1),
                        new Labelled("c", 1, 0, 0, 0),
                        new Labelled("d", 0, 1, 0, 1));
        // Against the teacher alone: 1, 0, 0, 0, -1.
        List<Unlabelled> unlabelled =
                List.of(
                        new Unlabelled("e", 0, 1),
                        new Unlabelled("f", 0, 0),
                        new Unlabelled("g", 1, 1),
                        new Unlabelled("h", 0, 0),
                        new Unlabelled("i", 1, 0));
        // Sums over the labelled, by d - 0.25 and p - 0.5, with a quarter of the imagined group at
        // (0, 1), (0, -1), (1, 1) and (-1, -1): products 1.5 + 0.5, squares of p 1 + 1. A mean
        // over 5 groups divides by 25; so do the unlabelled, whose squares are 2.
        double lambda = 2.0 / 25 / ((1 + 1.0) / 25 + 2.0 / 25);
        assertThat(PredictionPowered.lambda(labelled, unlabelled)).isCloseTo(lambda, within(1e-12));
        Difference difference = PredictionPowered.of(labelled, unlabelled, 500, 1);
        assertThat(difference.interval().value())
                .isCloseTo(0.25 + lambda * (0 - 0.5), within(1e-12));
        assertThat(difference.interval().n()).isEqualTo(4);
    }

    @Test
    void aGoodTeacherMakesTheIntervalMuchShorterAndItStillHoldsTheTruth() {
        Simulation good = new Simulation(15, 200, 0.95, 0);
        assertThat(good.coverage()).isGreaterThan(0.9);
        assertThat(good.width()).isLessThan(0.6 * good.labelledWidth());
        Simulation more = new Simulation(60, 600, 0.95, 0);
        assertThat(more.coverage()).isBetween(0.9, 0.99);
        assertThat(more.width()).isLessThan(0.6 * more.labelledWidth());
    }

    @Test
    void aTeacherThatRepeatsTheSecondMethodsErrorsDoesNotMislead() {
        // Against the teacher the second method gains ten points too many.
        Simulation biased = new Simulation(60, 1000, 0.8, 1);
        assertThat(biased.proxyBias()).isGreaterThan(0.08);
        assertThat(biased.coverage()).isBetween(0.9, 0.99);
        assertThat(Math.abs(biased.bias())).isLessThan(0.015);
        assertThat(biased.width()).isLessThan(biased.labelledWidth());
        // Rarely wrong, and few labelled objects to show it.
        assertThat(new Simulation(15, 1000, 0.95, 1).coverage()).isGreaterThan(0.9);
        assertThat(new Simulation(15, 200, 0.8, 1).coverage()).isGreaterThan(0.9);
    }

    @Test
    void aTeacherThatKnowsNothingCostsNothing() {
        Simulation guessing = new Simulation(40, 400, 1 / 6.0, 0);
        assertThat(guessing.coverage()).isBetween(0.9, 0.99);
        assertThat(guessing.width()).isLessThan(1.05 * guessing.labelledWidth());
    }

    @Test
    void withoutUnlabelledObjectsItIsThePairedBootstrap() {
        List<Labelled> labelled =
                IntStream.range(0, 20)
                        .mapToObj(i -> new Labelled("g" + i, i % 2, i % 3 % 2, 1, 0))
                        .toList();
        List<Outcome> outcomes =
                labelled.stream()
                        .map(row -> new Outcome(row.group(), row.first(), row.second()))
                        .toList();
        Difference paired = PairedBootstrap.of(outcomes, 500, 8);
        assertThat(PredictionPowered.of(labelled, List.of(), 500, 8)).isEqualTo(paired);
        assertThat(PredictionPowered.of(labelled, List.of(new Unlabelled("single", 0, 1)), 500, 8))
                .isEqualTo(paired);
    }

    @Test
    void moreCapturesOfTheSameObjectsAreNoEvidence() {
        SplittableRandom random = new SplittableRandom(6);
        List<Labelled> labelled = new ArrayList<>();
        List<Unlabelled> unlabelled = new ArrayList<>();
        new Simulation(15, 100, 0.9, 0).draw(random, labelled, unlabelled);
        Interval once = PredictionPowered.of(labelled, unlabelled, 1000, 2).interval();
        labelled.addAll(List.copyOf(labelled));
        unlabelled.addAll(List.copyOf(unlabelled));
        unlabelled.addAll(List.copyOf(unlabelled));
        Interval again = PredictionPowered.of(labelled, unlabelled, 1000, 2).interval();
        assertThat(again.value()).isCloseTo(once.value(), within(1e-12));
        assertThat(again.low()).isCloseTo(once.low(), within(1e-12));
        assertThat(again.high()).isCloseTo(once.high(), within(1e-12));
        assertThat(again.n()).isEqualTo(15);
    }

    @Test
    void objectsWithBothKindsOfRowsAreDrawnWhole() {
        // Every object has one labelled and one unlabelled row, and both say the same: the bracket
        // is 0 on every resample, so the unlabelled rows add nothing.
        List<Labelled> labelled = new ArrayList<>();
        List<Unlabelled> unlabelled = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            labelled.add(new Labelled("g" + i, i % 2, i % 3 % 2, i % 2, i % 3 % 2));
            unlabelled.add(new Unlabelled("g" + i, i % 2, i % 3 % 2));
        }
        Interval both = PredictionPowered.of(labelled, unlabelled, 4000, 1).interval();
        Interval alone = PredictionPowered.of(labelled, List.of(), 4000, 1).interval();
        assertThat(both.value()).isCloseTo(alone.value(), within(1e-12));
        assertThat(both.high() - both.low())
                .isBetween(0.8 * (alone.high() - alone.low()), 1.2 * (alone.high() - alone.low()));
    }

    @Test
    void nothingButEqualsStaysFiniteAndDoesNotClaimCertainty() {
        List<Labelled> labelled =
                IntStream.range(0, 15).mapToObj(i -> new Labelled("g" + i, 1, 1, 1, 1)).toList();
        List<Unlabelled> differing =
                IntStream.range(0, 200)
                        .mapToObj(i -> new Unlabelled("u" + i, 1, i % 20 == 0 ? 0 : 1))
                        .toList();
        Difference difference = PredictionPowered.of(labelled, differing, 2000, 1);
        assertThat(difference.interval().low()).isBetween(-0.3, -0.05);
        assertThat(difference.interval().high()).isBetween(0.0, 0.2);
        List<Unlabelled> equal =
                IntStream.range(0, 200).mapToObj(i -> new Unlabelled("u" + i, 1, 1)).toList();
        // All scores are 1: not even a scale is known.
        assertThat(PredictionPowered.of(labelled, equal, 2000, 1))
                .isEqualTo(new Difference(new Interval(0, 0, 0, 15), 0.5));
        List<Labelled> two = labelled.subList(0, 2);
        assertThat(PredictionPowered.of(two, differing, 2000, 1).interval().n()).isEqualTo(2);
    }

    @Test
    void oneLabelledObjectHasNoInterval() {
        assertThatThrownBy(() ->
                        PredictionPowered.of(
                                List.of(new Labelled("a", 0, 1, 0, 1)),
                                List.of(new Unlabelled("b", 0, 1), new Unlabelled("c", 0, 1)),
                                1000,
                                1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 groups, at least 2");
    }

    /// Six classes; the first method is right on half of the objects, the second on 65 %, the
    /// teacher on `right`; where the teacher is wrong it says what the second method says with
    /// probability `repeats`, and else anything that is wrong.
    private static final class Simulation {

        private static final double TRUTH = 0.15;

        private final int labelled;
        private final int unlabelled;
        private final double right;
        private final double repeats;
        private int held;
        private double width;
        private double labelledWidth;
        private double bias;
        private double proxy;

        Simulation(int labelled, int unlabelled, double right, double repeats) {
            this.labelled = labelled;
            this.unlabelled = unlabelled;
            this.right = right;
            this.repeats = repeats;
            SplittableRandom random = new SplittableRandom(21);
            for (int i = 0; i < DATA_SETS; i++) {
                List<Labelled> few = new ArrayList<>();
                List<Unlabelled> many = new ArrayList<>();
                draw(random, few, many);
                Interval powered = PredictionPowered.of(few, many, 500, i).interval();
                Interval alone = PredictionPowered.of(few, List.of(), 500, i).interval();
                held += powered.low() <= TRUTH && TRUTH <= powered.high() ? 1 : 0;
                width += powered.high() - powered.low();
                labelledWidth += alone.high() - alone.low();
                bias += powered.value() - TRUTH;
                proxy += many.stream().mapToDouble(Unlabelled::proxy).average().orElseThrow();
            }
        }

        void draw(SplittableRandom random, List<Labelled> few, List<Unlabelled> many) {
            for (int i = 0; i < labelled + unlabelled; i++) {
                int truth = random.nextInt(6);
                int first = random.nextDouble() < 0.5 ? truth : wrong(truth, random);
                int second = random.nextDouble() < 0.65 ? truth : wrong(truth, random);
                int teacher =
                        random.nextDouble() < right
                                ? truth
                                : random.nextDouble() < repeats ? second : wrong(truth, random);
                if (i < labelled) {
                    few.add(
                            new Labelled(
                                    "l" + i,
                                    same(first, truth),
                                    same(second, truth),
                                    same(first, teacher),
                                    same(second, teacher)));
                } else {
                    many.add(new Unlabelled("u" + i, same(first, teacher), same(second, teacher)));
                }
            }
        }

        private static int wrong(int truth, SplittableRandom random) {
            return (truth + random.nextInt(1, 6)) % 6;
        }

        private static double same(int one, int other) {
            return one == other ? 1 : 0;
        }

        double coverage() {
            return (double) held / DATA_SETS;
        }

        double width() {
            return width / DATA_SETS;
        }

        double labelledWidth() {
            return labelledWidth / DATA_SETS;
        }

        double bias() {
            return bias / DATA_SETS;
        }

        double proxyBias() {
            return proxy / DATA_SETS - TRUTH;
        }
    }
}
