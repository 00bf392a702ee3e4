package io.retort.learning.training;

import java.util.Arrays;
import java.util.Map;

/// strength / 2 * sum_i importance_i (theta_i - anchor_i)^2, the pull of elastic weight
/// consolidation (Kirkpatrick et al. 2017, eq. 3).
///
/// @param anchor by parameter; values in the layout of the weights, answering in the heads' units,
///   which the run must not write
/// @param importance by the same parameters, of the same lengths; none is negative, some are
///   positive
public record QuadraticPenalty(
        Map<String, float[]> anchor, Map<String, float[]> importance, double strength) {

    public QuadraticPenalty {
        anchor = Map.copyOf(anchor);
        importance = Map.copyOf(importance);
        if (!anchor.keySet().equals(importance.keySet())) {
            throw new IllegalArgumentException(
                    "penalty: anchors of %s, importances of %s"
                            .formatted(anchor.keySet(), importance.keySet()));
        }
        if (!(strength > 0) || Double.isInfinite(strength)) {
            throw new IllegalArgumentException(
                    "penalty: strength must be above 0 and finite, not " + strength);
        }
        double sum = 0;
        for (Map.Entry<String, float[]> entry : importance.entrySet()) {
            float[] at = anchor.get(entry.getKey());
            if (at == null || at.length != entry.getValue().length) {
                throw new IllegalArgumentException(
                        "penalty: anchor and importance of %s differ in length"
                                .formatted(entry.getKey()));
            }
            for (float value : entry.getValue()) {
                if (!(value >= 0) || Float.isInfinite(value)) {
                    throw new IllegalArgumentException(
                            "penalty: importance of %s holds %s".formatted(entry.getKey(), value));
                }
                sum += value;
            }
        }
        if (sum == 0) {
            throw new IllegalArgumentException(
                    "penalty: every importance is 0, so it would hold nothing");
        }
    }

    /// The penalty at these values of the parameters.
    public double at(Map<String, float[]> parameters) {
        double sum = 0;
        for (Map.Entry<String, float[]> entry : importance.entrySet()) {
            float[] now = parameters.get(entry.getKey());
            float[] then = anchor.get(entry.getKey());
            if (now == null || then == null || now.length != then.length) {
                throw new IllegalArgumentException(
                        "penalty: no parameter %s of length %d"
                                .formatted(entry.getKey(), entry.getValue().length));
            }
            for (int i = 0; i < now.length; i++) {
                double moved = (double) now[i] - then[i];
                sum += entry.getValue()[i] * moved * moved;
            }
        }
        return strength / 2 * sum;
    }

    @Override
    public String toString() {
        return "QuadraticPenalty[%s, strength %s]"
                .formatted(Arrays.toString(anchor.keySet().toArray()), strength);
    }
}
