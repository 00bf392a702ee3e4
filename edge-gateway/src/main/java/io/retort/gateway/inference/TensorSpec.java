package io.retort.gateway.inference;

import java.util.List;

/// One input or output of a model's file, all of which are float32.
///
/// @param shape with -1 for the batch
public record TensorSpec(String name, List<Long> shape) {

    /// Its type in the words of the Open Inference Protocol.
    public static final String DATATYPE = "FP32";

    public TensorSpec {
        shape = List.copyOf(shape);
    }

    /// Values of one capture.
    public int size() {
        return shape.stream().skip(1).mapToInt(Math::toIntExact).reduce(1, Math::multiplyExact);
    }
}
