package io.retort.learning.continual;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// How much each value of a network matters to what it has learnt, by parameter: none negative,
/// some above 0. Values are copies, so that nothing changes them afterwards.
///
/// Weights and biases of regression heads are in the head's unit, as
/// [io.retort.learning.model.Weights] are.
public record Importance(Map<String, float[]> values) {

    public Importance {
        Map<String, float[]> copies = new LinkedHashMap<>();
        double sum = 0;
        for (Map.Entry<String, float[]> entry : values.entrySet()) {
            for (float value : entry.getValue()) {
                if (!(value >= 0) || Float.isInfinite(value)) {
                    throw new IllegalArgumentException(
                            "importance of %s holds %s".formatted(entry.getKey(), value));
                }
                sum += value;
            }
            copies.put(entry.getKey(), entry.getValue().clone());
        }
        if (sum == 0) {
            throw new IllegalArgumentException("every importance is 0, so it would hold nothing");
        }
        values = Collections.unmodifiableMap(copies);
    }

    /// This one's share `decay`, and the rest of a later one that may know more parameters.
    Importance blended(Importance later, double decay) {
        Map<String, float[]> blended = new LinkedHashMap<>();
        later.values.forEach((name, after) -> {
            float[] before = values.getOrDefault(name, new float[after.length]);
            if (before.length != after.length) {
                throw new IllegalArgumentException(
                        "importances of %s have %d and %d values"
                                .formatted(name, before.length, after.length));
            }
            float[] sum = new float[after.length];
            for (int i = 0; i < sum.length; i++) {
                sum[i] = (float) (decay * before[i] + (1 - decay) * after[i]);
            }
            blended.put(name, sum);
        });
        if (!blended.keySet().containsAll(values.keySet())) {
            throw new IllegalArgumentException(
                    "the later importance lacks some of " + values.keySet());
        }
        return new Importance(blended);
    }
}
