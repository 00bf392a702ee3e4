package io.retort.learning.architecture;

import java.util.List;

/// One named tensor of a network, row-major.
public record Parameter(String name, List<Integer> shape, Role role) {

    /// What the tensor does, which decides its initial values, and whether training moves it.
    public enum Role {
        WEIGHT,
        BIAS,
        SCALE,
        RUNNING_MEAN,
        RUNNING_VARIANCE;

        /// Whether gradients flow to it; running statistics follow the batches instead.
        public boolean trainable() {
            return switch (this) {
                case WEIGHT, BIAS, SCALE -> true;
                case RUNNING_MEAN, RUNNING_VARIANCE -> false;
            };
        }
    }

    public Parameter {
        shape = List.copyOf(shape);
    }

    /// Number of values.
    public int size() {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    /// Values that feed one output: the product of all dimensions but the first.
    public int fanIn() {
        return size() / shape.getFirst();
    }
}
