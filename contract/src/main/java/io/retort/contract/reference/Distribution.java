package io.retort.contract.reference;

import io.retort.contract.InvalidRecordException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;

/// How numbers were distributed. Written with five digits: more would differ between processors.
///
/// @param deviation standard, of the numbers themselves
/// @param quantiles at [#LEVELS], interpolated between neighbours
public record Distribution(double mean, double deviation, List<Double> quantiles) {

    public static final List<Double> LEVELS = List.of(0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99);

    private static final MathContext DIGITS = new MathContext(5);

    public Distribution {
        quantiles = List.copyOf(quantiles);
        if (quantiles.size() != LEVELS.size()) {
            throw new InvalidRecordException(
                    "reference.quantiles",
                    "has %d values, expected one for each of %s"
                            .formatted(quantiles.size(), LEVELS));
        }
        for (int i = 0; i < quantiles.size(); i++) {
            if (!Double.isFinite(quantiles.get(i))
                    || (i > 0 && quantiles.get(i) < quantiles.get(i - 1))) {
                throw new InvalidRecordException(
                        "reference.quantiles[" + i + "]", "must be finite and not descend");
            }
        }
        if (!Double.isFinite(mean) || !(deviation >= 0) || Double.isInfinite(deviation)) {
            throw new InvalidRecordException(
                    "reference.mean", "is %s, deviation %s".formatted(mean, deviation));
        }
    }

    /// @param values at least one
    static Distribution of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double mean = Arrays.stream(sorted).average().orElseThrow();
        double squares = 0;
        for (double value : sorted) {
            squares += (value - mean) * (value - mean);
        }
        return new Distribution(
                rounded(mean),
                rounded(Math.sqrt(squares / sorted.length)),
                LEVELS.stream().map(level -> rounded(quantile(sorted, level))).toList());
    }

    /// The number below which such a share of all lie, one of [#LEVELS].
    public double quantile(double level) {
        int index = LEVELS.indexOf(level);
        if (index < 0) {
            throw new IllegalArgumentException(level + " is none of " + LEVELS);
        }
        return quantiles.get(index);
    }

    private static double quantile(double[] sorted, double level) {
        double place = level * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    private static double rounded(double value) {
        return new BigDecimal(value).round(DIGITS).doubleValue();
    }
}
