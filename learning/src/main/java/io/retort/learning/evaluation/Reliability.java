package io.retort.learning.evaluation;

import java.util.ArrayList;
import java.util.List;

/// Whether a classifier is right as often as it says.
///
/// Confidence is the largest probability. The bins are 15 of equal width, (0, 1/15] to (14/15, 1],
/// and the expected calibration error is the mean of |accuracy - confidence| over bins, weighted by
/// their counts (Guo et al. 2017, "On calibration of modern neural networks", equations 2 and 3).
///
/// @param bins all 15, also the empty ones
/// @param expectedCalibrationError in [0, 1]; biased upwards where bins hold few examples
/// @param negativeLogLikelihood mean over examples, in nats; a probability below 1e-12 counts as
///   1e-12, so that one sure mistake does not make it infinite
/// @param brier mean squared distance of the probabilities from the one-hot truth, summed over
///   classes, in [0, 2] (Brier 1950)
public record Reliability(
        List<Bin> bins,
        double expectedCalibrationError,
        double negativeLogLikelihood,
        double brier) {

    private static final int BINS = 15;
    private static final double FLOOR = 1e-12;

    /// How far the probabilities of an example may be from 1 together: they were floats.
    private static final double TOLERANCE = 1e-3;

    /// The examples whose confidence lies in (low, high].
    ///
    /// @param confidence mean; 0 in an empty bin
    /// @param accuracy share that was right; 0 in an empty bin
    public record Bin(double low, double high, int count, double confidence, double accuracy) {}

    public Reliability {
        bins = List.copyOf(bins);
    }

    /// @param probabilities per example (at least one), a probability per class
    /// @param truths index of the true class, per example
    public static Reliability of(double[][] probabilities, int[] truths) {
        int n = truths.length;
        if (n == 0 || probabilities.length != n) {
            throw new IllegalArgumentException(
                    "%d truths, %d rows of probabilities".formatted(n, probabilities.length));
        }
        int[] counts = new int[BINS];
        int[] correct = new int[BINS];
        double[] confidences = new double[BINS];
        double logLikelihood = 0;
        double brier = 0;
        for (int i = 0; i < n; i++) {
            double[] row = probabilities[i];
            requireProbabilities(row);
            int winner = winner(row);
            int bin = Math.clamp((int) Math.ceil(row[winner] * BINS) - 1, 0, BINS - 1);
            counts[bin]++;
            confidences[bin] += row[winner];
            correct[bin] += winner == truths[i] ? 1 : 0;
            logLikelihood += Math.log(Math.max(row[truths[i]], FLOOR));
            for (int j = 0; j < row.length; j++) {
                double distance = row[j] - (j == truths[i] ? 1 : 0);
                brier += distance * distance;
            }
        }
        List<Bin> bins = new ArrayList<>();
        double error = 0;
        for (int b = 0; b < BINS; b++) {
            int count = Math.max(1, counts[b]);
            double low = (double) b / BINS;
            double high = (b + 1.0) / BINS;
            bins.add(
                    new Bin(
                            low,
                            high,
                            counts[b],
                            confidences[b] / count,
                            (double) correct[b] / count));
            error += Math.abs(correct[b] - confidences[b]) / n;
        }
        return new Reliability(bins, error, -logLikelihood / n, brier / n);
    }

    private static void requireProbabilities(double[] row) {
        double sum = 0;
        for (double p : row) {
            if (!(p >= 0 && p <= 1 + TOLERANCE)) {
                throw new IllegalArgumentException("probability is " + p);
            }
            sum += p;
        }
        if (Math.abs(sum - 1) > TOLERANCE) {
            throw new IllegalArgumentException("probabilities sum to " + sum);
        }
    }

    private static int winner(double[] row) {
        int winner = 0;
        for (int i = 1; i < row.length; i++) {
            if (row[i] > row[winner]) {
                winner = i;
            }
        }
        return winner;
    }
}
