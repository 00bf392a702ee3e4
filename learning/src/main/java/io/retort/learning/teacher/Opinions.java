package io.retort.learning.teacher;

import java.util.Arrays;
import java.util.List;

/// One answer of several.
final class Opinions {

    private Opinions() {}

    /// Logarithm of the mean probability (Lakshminarayanan et al. 2017, section 2.4).
    ///
    /// @param rows log probabilities, one row per member
    static double[] mean(List<double[]> rows) {
        double[] mean = new double[rows.getFirst().length];
        for (int i = 0; i < mean.length; i++) {
            double largest = Double.NEGATIVE_INFINITY;
            for (double[] row : rows) {
                largest = Math.max(largest, row[i]);
            }
            double sum = 0;
            for (double[] row : rows) {
                sum += Math.exp(row[i] - largest);
            }
            mean[i] = largest + Math.log(sum / rows.size());
        }
        return mean;
    }

    /// -sum p ln p divided by its largest, ln(classes); 0 for a single class.
    static double entropy(double[] logProbabilities) {
        if (logProbabilities.length < 2) {
            return 0;
        }
        double entropy = 0;
        for (double l : logProbabilities) {
            entropy -= Math.exp(l) * l;
        }
        return Math.clamp(entropy / Math.log(logProbabilities.length), 0, 1);
    }

    /// Entropy of the mean less the mean of the entropies, both divided by ln(classes): BALD
    /// (Houlsby et al. 2011, eq. 2).
    static double disagreement(List<double[]> rows) {
        double each = rows.stream().mapToDouble(Opinions::entropy).average().orElseThrow();
        return Math.clamp(entropy(mean(rows)) - each, 0, 1);
    }

    /// Of a sample, n - 1; 0 for one value.
    static double standardDeviation(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
    }
}
