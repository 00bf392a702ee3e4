package io.retort.learning.evaluation;

import io.retort.learning.model.Prediction;
import java.util.List;

/// Temperature scaling (Guo et al. 2017, "On calibration of modern neural networks", section 4.2):
/// one positive number T divides all logits, so that probabilities softmax(z / T) are as likely as
/// they can be made on examples that trained nothing. The answered class stays the same.
///
/// What is minimised over b = 1/T, for n examples with logits z_i and truths y_i, is
///
/// ```
/// sum_i CE(onehot(y_i), softmax(b z_i)) + PRIOR / n * sum_i CE(softmax(z_i), softmax(b z_i))
/// ```
///
/// The first term is the likelihood. Alone it sends T to 0 where all examples are answered
/// correctly, as a few often are, and then claims certainty. The second is worth [#PRIOR] examples,
/// spread over the given ones and labelled as the model believes at T = 1, where it has its
/// minimum; so all of n correct end at a confidence of about (n + p) / (n + 1), p being what the
/// model said, as in Laplace's rule of succession. A penalty on (ln T)^2 would do the same but is
/// not convex in b. Both cross-entropies are: log-sum-exp of a linear function less a linear one.
public final class Temperature {

    /// Examples that the prior is worth: one is enough to keep T finite, and little against 15.
    private static final double PRIOR = 1;

    /// Bounds of ln T.
    private static final double BOUND = Math.log(20);

    private static final double PRECISION = 1e-7;

    /// The golden section, (sqrt(5) - 1) / 2.
    private static final double SECTION = 0.6180339887498949;

    private Temperature() {}

    /// @param logits per example, one per class
    /// @param truths index of the true class, per example
    /// @return T in [0.05, 20]; 1 for no examples
    public static double fit(List<float[]> logits, int[] truths) {
        if (logits.size() != truths.length) {
            throw new IllegalArgumentException(
                    "%d rows of logits, %d truths".formatted(logits.size(), truths.length));
        }
        if (truths.length == 0) {
            return 1;
        }
        double[][] targets = new double[truths.length][];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = softmax(logits.get(i), 1);
            for (int j = 0; j < targets[i].length; j++) {
                targets[i][j] *= PRIOR / truths.length;
            }
            targets[i][truths[i]] += 1;
        }
        // Golden-section search (Kiefer 1953): convex in 1/T is unimodal in ln T.
        double low = -BOUND;
        double high = BOUND;
        double left = high - SECTION * (high - low);
        double right = low + SECTION * (high - low);
        double atLeft = crossEntropy(logits, targets, left);
        double atRight = crossEntropy(logits, targets, right);
        while (high - low > PRECISION) {
            if (atLeft < atRight) {
                high = right;
                right = left;
                atRight = atLeft;
                left = high - SECTION * (high - low);
                atLeft = crossEntropy(logits, targets, left);
            } else {
                low = left;
                left = right;
                atLeft = atRight;
                right = low + SECTION * (high - low);
                atRight = crossEntropy(logits, targets, right);
            }
        }
        double found = (low + high) / 2;
        // Logits that do not tell classes apart fit every T.
        return crossEntropy(logits, targets, found) < crossEntropy(logits, targets, 0)
                ? Math.exp(found)
                : 1;
    }

    /// Logits over T, a new array.
    public static float[] apply(float[] logits, double t) {
        requirePositive(t);
        float[] scaled = new float[logits.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (float) (logits[i] / t);
        }
        return scaled;
    }

    /// Probabilities at temperature T; they sum to 1.
    public static double[] softmax(float[] logits, double t) {
        requirePositive(t);
        double largest = logits[Prediction.winner(logits)];
        double[] probabilities = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] = Math.exp((logits[i] - largest) / t);
            sum += probabilities[i];
        }
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] /= sum;
        }
        return probabilities;
    }

    /// Their logarithms, exact where the probabilities are 0 in doubles.
    public static double[] logSoftmax(float[] logits, double t) {
        requirePositive(t);
        double largest = logits[Prediction.winner(logits)];
        double sum = 0;
        for (float value : logits) {
            sum += Math.exp((value - largest) / t);
        }
        double logSum = Math.log(sum);
        double[] row = new double[logits.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = (logits[i] - largest) / t - logSum;
        }
        return row;
    }

    /// Sum over examples of -target . log softmax(z / T), targets being positive weights.
    private static double crossEntropy(List<float[]> logits, double[][] targets, double logT) {
        double t = Math.exp(logT);
        double entropy = 0;
        for (int i = 0; i < targets.length; i++) {
            double[] row = logSoftmax(logits.get(i), t);
            for (int j = 0; j < row.length; j++) {
                entropy -= targets[i][j] * row[j];
            }
        }
        return entropy;
    }

    private static void requirePositive(double t) {
        if (!(t > 0) || Double.isInfinite(t)) {
            throw new IllegalArgumentException("temperature is " + t);
        }
    }
}
