package io.retort.learning.loss;

import ai.djl.ndarray.NDArray;

/// Mean over rows and width of (x - y)^2: the loss of quality and other regressions.
public final class SquaredError {

    private SquaredError() {}

    /// @param values B x width
    public static NDArray of(NDArray values, Target target) {
        NDArray difference = values.sub(target.values());
        long width = target.values().getShape().get(1);
        return difference
                .mul(difference)
                .mul(target.weights())
                .sum()
                .div(Scalar.of(values, target.total() * width));
    }
}
