package io.retort.distillation.export;

import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Prediction;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How far an ONNX file's answers are from the trained network's.
///
/// @param maxAbsDiff largest absolute difference over captures, heads and their values; infinite
///   where one side is no number
/// @param head where it occurs
public record Parity(double maxAbsDiff, String head) {

    /// Float32 sums in another order differ by 3e-6 to 5e-5 in networks of this size.
    public static final double TOLERANCE = 1e-4;

    /// @param inputs per capture, the tensors (CHW) of the modalities that it carries
    public static Parity of(
            MultimodalModel trained, OnnxModel exported, List<Map<String, float[]>> inputs) {
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("parity needs at least 1 capture");
        }
        List<Prediction> expected = trained.predict(inputs);
        List<Map<String, float[]>> actual = exported.run(inputs);
        Parity worst = new Parity(0, trained.architecture().heads().keySet().iterator().next());
        for (int i = 0; i < inputs.size(); i++) {
            for (Map.Entry<String, float[]> head : expected.get(i).heads().entrySet()) {
                double difference = difference(head.getValue(), actual.get(i).get(head.getKey()));
                if (difference > worst.maxAbsDiff()) {
                    worst = new Parity(difference, head.getKey());
                }
            }
        }
        return worst;
    }

    /// @throws ParityException beyond the tolerance
    void require() {
        if (maxAbsDiff > TOLERANCE) {
            throw new ParityException(this);
        }
    }

    private static double difference(float[] expected, float @Nullable [] actual) {
        if (actual == null || actual.length != expected.length) {
            return Double.POSITIVE_INFINITY;
        }
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs((double) expected[i] - actual[i]);
            if (!Double.isFinite(difference)) {
                return Double.POSITIVE_INFINITY;
            }
            worst = Math.max(worst, difference);
        }
        return worst;
    }
}
