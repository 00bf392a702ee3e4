package io.retort.learning.evaluation;

import java.util.Arrays;

/// A figure with the bounds of its 95 % interval.
///
/// @param n independent things behind it: trials of a share, groups of a bootstrap
public record Interval(double value, double low, double high, int n) {

    /// The 97.5 % point of the normal distribution.
    static final double Z95 = 1.959964;

    public Interval {
        if (!Double.isFinite(value) || !Double.isFinite(low) || !Double.isFinite(high)) {
            throw new IllegalArgumentException(
                    "interval is not finite: %s in [%s, %s]".formatted(value, low, high));
        }
        if (low > high) {
            throw new IllegalArgumentException("low %s lies above high %s".formatted(low, high));
        }
        if (n < 0) {
            throw new IllegalArgumentException("n is " + n);
        }
    }

    /// Wilson's score interval of `hits` in `n` independent trials (Wilson 1927, "Probable
    /// inference, the law of succession, and statistical inference").
    ///
    /// Several captures of one object are not independent; where that matters take
    /// [PairedBootstrap#mean].
    ///
    /// @return 0 in [0, 1] for no trials: nothing is known
    public static Interval share(int hits, int n) {
        if (hits < 0 || hits > n) {
            throw new IllegalArgumentException("%d hits of %d trials".formatted(hits, n));
        }
        if (n == 0) {
            return new Interval(0, 0, 1, 0);
        }
        double p = (double) hits / n;
        double z2 = Z95 * Z95;
        double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
        double half = Z95 / (1 + z2 / n) * Math.sqrt(p * (1 - p) / n + z2 / (4.0 * n * n));
        return new Interval(p, Math.max(0, centre - half), Math.min(1, centre + half), n);
    }

    /// Mean of independent values, such as one a seed, with Student's t interval (Student 1908); a
    /// single value has none, and is its own bounds.
    public static Interval mean(double... values) {
        int n = values.length;
        double mean = Arrays.stream(values).average().orElseThrow();
        if (n == 1) {
            return new Interval(mean, mean, mean, 1);
        }
        double squares = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
        double half = Resamples.student(n - 1) * Math.sqrt(squares / (n - 1) / n);
        return new Interval(mean, mean - half, mean + half, n);
    }
}
