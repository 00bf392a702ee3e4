package io.retort.learning.loss;

import ai.djl.ndarray.NDArray;

/// T^2 KL(softmax(t / T) || softmax(z / T)) (Hinton, Vinyals & Dean 2015, section 2; the square
/// keeps the gradient's size as T changes).
public final class Divergence {

    private Divergence() {}

    /// @param logits B x K
    /// @param teacher B x K logits
    public static NDArray of(NDArray logits, Target teacher, double temperature) {
        NDArray t = Scalar.of(logits, temperature);
        NDArray target = teacher.values().div(t);
        NDArray difference = target.logSoftmax(1).sub(logits.div(t).logSoftmax(1));
        return target.softmax(1)
                .mul(difference)
                .mul(teacher.weights())
                .sum()
                .mul(Scalar.of(logits, temperature * temperature / teacher.total()));
    }
}
