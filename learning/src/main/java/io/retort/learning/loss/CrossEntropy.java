package io.retort.learning.loss;

import ai.djl.ndarray.NDArray;

/// -sum_k y_k log softmax(z)_k: the supervised loss of classes.
public final class CrossEntropy {

    private CrossEntropy() {}

    /// @param logits B x K
    /// @param target B x K, one-hot or probabilities
    public static NDArray of(NDArray logits, Target target) {
        return logits.logSoftmax(1)
                .mul(target.values())
                .mul(target.weights())
                .sum()
                .div(Scalar.of(logits, -target.total()));
    }
}
