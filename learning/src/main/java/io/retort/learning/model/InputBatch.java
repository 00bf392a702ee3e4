package io.retort.learning.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.retort.contract.schema.TensorShape;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Encoder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Captures side by side as a network takes them; the arrays belong to the manager given.
///
/// @param tensors batch x channels x height x width by modality, zeros where absent
/// @param presence batch x 1 by modality
public record InputBatch(Map<String, NDArray> tensors, Map<String, NDArray> presence) {

    public static InputBatch of(
            NDManager manager, Architecture architecture, List<Map<String, float[]>> captures) {
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        Map<String, NDArray> presence = new LinkedHashMap<>();
        for (Encoder encoder : architecture.encoders()) {
            TensorShape shape = encoder.input();
            float[] values = new float[captures.size() * shape.size()];
            float[] present = new float[captures.size()];
            for (int i = 0; i < captures.size(); i++) {
                float[] tensor = captures.get(i).get(encoder.modality());
                if (tensor == null) {
                    continue;
                }
                if (tensor.length != shape.size()) {
                    throw new IllegalArgumentException(
                            "%s has %d values, the network takes %s"
                                    .formatted(encoder.modality(), tensor.length, shape));
                }
                System.arraycopy(tensor, 0, values, i * shape.size(), shape.size());
                present[i] = 1;
            }
            tensors.put(
                    encoder.modality(),
                    manager.create(
                            FloatBuffer.wrap(values),
                            new Shape(
                                    captures.size(),
                                    shape.channels(),
                                    shape.height(),
                                    shape.width())));
            presence.put(
                    encoder.modality(),
                    manager.create(FloatBuffer.wrap(present), new Shape(captures.size(), 1)));
        }
        return new InputBatch(tensors, presence);
    }
}
