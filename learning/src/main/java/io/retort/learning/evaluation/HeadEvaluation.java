package io.retort.learning.evaluation;

/// One head's figure over `n` labelled examples; low and high bound a 95 % interval.
///
/// @param metric `accuracy` (share in [0, 1]) or `mean-absolute-error` (units of the head)
public record HeadEvaluation(String metric, double value, double low, double high, int n) {

    static final String ACCURACY = "accuracy";
    static final String ABSOLUTE_ERROR = "mean-absolute-error";

    private static final double Z95 = 1.959964;

    /// Wilson's score interval (Wilson 1927).
    static HeadEvaluation accuracy(int correct, int n) {
        double p = (double) correct / n;
        double z2 = Z95 * Z95;
        double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
        double half = Z95 / (1 + z2 / n) * Math.sqrt(p * (1 - p) / n + z2 / (4.0 * n * n));
        return new HeadEvaluation(
                ACCURACY, p, Math.max(0, centre - half), Math.min(1, centre + half), n);
    }

    /// Normal interval of the mean.
    static HeadEvaluation absoluteError(double[] errors) {
        int n = errors.length;
        double mean = java.util.Arrays.stream(errors).average().orElseThrow();
        double squares = java.util.Arrays.stream(errors).map(e -> (e - mean) * (e - mean)).sum();
        double half = n > 1 ? Z95 * Math.sqrt(squares / (n - 1) / n) : mean;
        return new HeadEvaluation(ABSOLUTE_ERROR, mean, Math.max(0, mean - half), mean + half, n);
    }
}
