package io.retort.learning.evaluation;

import java.util.Arrays;

/// What a statistic became on bootstrap resamples of groups.
///
/// The interval is the percentile one, its tails widened for few groups: a plain percentile
/// interval of a mean of n groups is that of a normal distribution whose variance was divided by n
/// in place of n - 1, too short by a fifth at 10 groups. The tails taken are Phi(-sqrt(n / (n - 1))
/// t) with t the 97.5 % point of Student's t with n - 1 degrees of freedom (Hesterberg 2015, "What
/// teachers should know about the bootstrap", the expanded percentile interval). BCa (Efron 1987)
/// corrects skewness instead, which differences of two shares hardly have; with few groups its
/// acceleration is itself a guess, and it does not mend the length.
final class Resamples {

    /// From here on Student's t is the normal distribution for our purposes.
    private static final int MANY = 2000;

    private static final int LEAST = 100;

    /// Sums of thirds are not exact: what is meant to be 0 may be 1e-17.
    private static final double ZERO = 1e-12;

    private final double[] sorted;
    private final int groups;

    /// @param values of the statistic, one per resample; sorted in place and kept
    /// @param groups that were resampled, at least 2
    Resamples(double[] values, int groups) {
        Arrays.sort(values);
        this.sorted = values;
        this.groups = groups;
    }

    /// @throws IllegalArgumentException if so few resamples have no tails, or nothing varies
    static void require(int resamples, int groups) {
        if (resamples < LEAST) {
            throw new IllegalArgumentException(
                    "%d resamples, at least %d are needed".formatted(resamples, LEAST));
        }
        if (groups < 2) {
            throw new IllegalArgumentException(
                    "%d groups, at least 2 are needed for an interval".formatted(groups));
        }
    }

    Interval interval(double value) {
        double tail = tail(groups);
        return new Interval(value, quantile(tail), quantile(1 - tail), groups);
    }

    /// Share below 0, ties counting half.
    double belowZero() {
        double below = 0;
        for (double value : sorted) {
            below += value < -ZERO ? 1 : value <= ZERO ? 0.5 : 0;
        }
        return below / sorted.length;
    }

    /// Linear between the order statistics.
    private double quantile(double share) {
        double at = share * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    static double tail(int groups) {
        double t = groups > MANY ? Interval.Z95 : student(groups - 1);
        return normalTail(Math.sqrt(groups / (groups - 1.0)) * t);
    }

    /// The 97.5 % point of Student's t, by bisection.
    static double student(int freedom) {
        double low = 1;
        double high = 20;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (within(middle, freedom) < 0.95) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// P(|T| <= t) (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4).
    private static double within(double t, int freedom) {
        double angle = Math.atan(t / Math.sqrt(freedom));
        double cosine = Math.cos(angle);
        boolean odd = freedom % 2 == 1;
        double term = odd ? cosine : 1;
        double sum = 0;
        for (int k = odd ? 1 : 0; k <= freedom - 2; k += 2) {
            sum += term;
            term *= cosine * cosine * (k + 1) / (k + 2);
        }
        return odd ? 2 / Math.PI * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
    }

    /// P(Z > z) for z >= 0, to 7.5e-8 (Abramowitz and Stegun 1964, 26.2.17).
    static double normalTail(double z) {
        double t = 1 / (1 + 0.2316419 * z);
        double polynomial =
                t
                        * (0.319381530
                                + t
                                        * (-0.356563782
                                                + t
                                                        * (1.781477937
                                                                + t
                                                                        * (-1.821255978
                                                                                + t
                                                                                        * 1.330274429))));
        return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * polynomial;
    }
}
