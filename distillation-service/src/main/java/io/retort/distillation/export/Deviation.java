package io.retort.distillation.export;

import io.retort.learning.model.Prediction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// How far a file's answers are from the fp32 file's on the same captures. Needs no labels.
///
/// @param divergence mean over captures and heads of the Kullback-Leibler divergence from the fp32
///   file's class probabilities, in nats; of heads with one number, of normal distributions as wide
///   as that head's answers
/// @param changed share of captures and classification heads that name another class
public record Deviation(double divergence, double changed) {

    /// @param expected the fp32 file's answers by capture, then head
    public static Deviation of(
            List<Map<String, float[]>> expected, List<Map<String, float[]>> actual) {
        Map<String, Double> variances = variances(expected);
        double divergence = 0;
        int answers = 0;
        int changed = 0;
        int choices = 0;
        for (int i = 0; i < expected.size(); i++) {
            for (Map.Entry<String, float[]> head : expected.get(i).entrySet()) {
                float[] want = head.getValue();
                float[] got = Objects.requireNonNull(actual.get(i).get(head.getKey()));
                answers++;
                if (want.length > 1) {
                    divergence += divergence(want, got);
                    choices++;
                    changed += Prediction.winner(want) == Prediction.winner(got) ? 0 : 1;
                } else {
                    double apart = (double) want[0] - got[0];
                    double variance = Objects.requireNonNull(variances.get(head.getKey()));
                    divergence += apart == 0 ? 0 : apart * apart / (2 * variance);
                }
            }
        }
        return new Deviation(
                divergence / Math.max(1, answers), (double) changed / Math.max(1, choices));
    }

    private static Map<String, Double> variances(List<Map<String, float[]>> expected) {
        Map<String, double[]> sums = new HashMap<>();
        for (Map<String, float[]> capture : expected) {
            capture.forEach((head, values) -> {
                double[] sum = sums.computeIfAbsent(head, _ -> new double[3]);
                sum[0]++;
                sum[1] += values[0];
                sum[2] += (double) values[0] * values[0];
            });
        }
        Map<String, Double> variances = new HashMap<>();
        sums.forEach((head, sum) -> {
            double mean = sum[1] / sum[0];
            variances.put(head, Math.max(1e-9, sum[2] / sum[0] - mean * mean));
        });
        return variances;
    }

    private static double divergence(float[] want, float[] got) {
        double[] expected = logProbabilities(want);
        double[] actual = logProbabilities(got);
        double sum = 0;
        for (int i = 0; i < expected.length; i++) {
            sum += Math.exp(expected[i]) * (expected[i] - actual[i]);
        }
        return sum;
    }

    private static double[] logProbabilities(float[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        double[] logs = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            logs[i] = logits[i] - largest - Math.log(sum);
        }
        return logs;
    }
}
