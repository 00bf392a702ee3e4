package io.retort.learning.evaluation;

/// How much better the second of two methods is than the first.
///
/// @param interval of the mean of second - first
/// @param worse share of bootstrap resamples in which the second is worse (its mean difference
///   below 0), in [0, 1]; ties count half
public record Difference(Interval interval, double worse) {

    public Difference {
        if (!(worse >= 0 && worse <= 1)) {
            throw new IllegalArgumentException("worse is " + worse);
        }
    }
}
