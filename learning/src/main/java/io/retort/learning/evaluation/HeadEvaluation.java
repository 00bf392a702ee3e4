package io.retort.learning.evaluation;

import java.util.Arrays;

/// One head's figure over `n` labelled examples; low and high bound a 95 % interval.
///
/// @param metric `accuracy` (share in [0, 1]) or `mean-absolute-error` (units of the head)
public record HeadEvaluation(String metric, double value, double low, double high, int n) {

    static final String ACCURACY = "accuracy";
    static final String ABSOLUTE_ERROR = "mean-absolute-error";

    static HeadEvaluation accuracy(int correct, int n) {
        Interval share = Interval.share(correct, n);
        return new HeadEvaluation(ACCURACY, share.value(), share.low(), share.high(), n);
    }

    /// Normal interval of the mean.
    static HeadEvaluation absoluteError(double[] errors) {
        int n = errors.length;
        double mean = Arrays.stream(errors).average().orElseThrow();
        double squares = Arrays.stream(errors).map(e -> (e - mean) * (e - mean)).sum();
        double half = n > 1 ? Interval.Z95 * Math.sqrt(squares / (n - 1) / n) : mean;
        return new HeadEvaluation(ABSOLUTE_ERROR, mean, Math.max(0, mean - half), mean + half, n);
    }
}
