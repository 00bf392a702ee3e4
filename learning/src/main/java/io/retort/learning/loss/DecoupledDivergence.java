package io.retort.learning.loss;

import ai.djl.ndarray.NDArray;

/// T^2 (alpha TCKD + beta NCKD) (Zhao, Cui, Song, Qiu & Liang 2022, eq. 7): with p the softmax at T
/// and c the target class, TCKD is the divergence of (p_c, 1 - p_c) and NCKD that of p over the
/// other classes, p_k / (1 - p_c). KL = TCKD + (1 - p_c of the teacher) NCKD (eq. 6).
public final class DecoupledDivergence {

    /// Taken from the target's logit, so that its share of the softmax is 0 in floats.
    private static final float FAR = 1000;

    private static final float LEAST = 1e-7f;

    private DecoupledDivergence() {}

    /// @param logits B x K
    /// @param teacher B x K logits
    /// @param targetClass B x K, one-hot
    public static NDArray of(
            NDArray logits,
            Target teacher,
            NDArray targetClass,
            double temperature,
            double alpha,
            double beta) {
        NDArray t = Scalar.of(logits, temperature);
        NDArray student = logits.div(t);
        NDArray taught = teacher.values().div(t);
        NDArray others = targetClass.mul(-1).add(1);
        NDArray target = binary(taught, student, targetClass).add(binary(taught, student, others));
        NDArray far = targetClass.mul(FAR);
        NDArray taughtOthers = taught.sub(far);
        NDArray nonTarget =
                taughtOthers
                        .softmax(1)
                        .mul(taughtOthers.logSoftmax(1).sub(student.sub(far).logSoftmax(1)))
                        .mul(others)
                        .sum(new int[] {1}, true);
        return target.mul(Scalar.of(logits, alpha))
                .add(nonTarget.mul(Scalar.of(logits, beta)))
                .mul(teacher.weights())
                .sum()
                .mul(Scalar.of(logits, temperature * temperature / teacher.total()));
    }

    /// p log(p / q) of the classes in the mask taken as one, B x 1.
    private static NDArray binary(NDArray taught, NDArray student, NDArray mask) {
        NDArray least = Scalar.of(student, LEAST);
        NDArray p = taught.softmax(1).mul(mask).sum(new int[] {1}, true).maximum(least);
        NDArray q = student.softmax(1).mul(mask).sum(new int[] {1}, true).maximum(least);
        return p.mul(p.log().sub(q.log()));
    }
}
