package io.retort.learning.loss;

import ai.djl.ndarray.NDArray;

/// T^2 (alpha TCKD + beta NCKD) (Zhao, Cui, Song, Qiu & Liang 2022, eq. 7): with p the softmax at T
/// and c the target class, TCKD is the divergence of (p_c, 1 - p_c) and NCKD that of p over the
/// other classes, p_k / (1 - p_c). KL = TCKD + (1 - p_c of the teacher) NCKD (eq. 6).
public final class DecoupledDivergence {

    /// Taken from the target's logit, so that its share of the softmax is 0 in floats.
    private static final float FAR = 1000;

    private DecoupledDivergence() {}

    /// @param logits B x K, at least 2; with 2, NCKD is 0
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
        NDArray far = targetClass.mul(FAR);
        NDArray p = taught.logSoftmax(1);
        NDArray q = student.logSoftmax(1);
        NDArray pOthers = taught.sub(far).logSoftmax(1);
        NDArray qOthers = student.sub(far).logSoftmax(1);
        NDArray target =
                binary(rowSum(p.mul(targetClass)), rowSum(q.mul(targetClass)))
                        .add(binary(rest(p, pOthers, others), rest(q, qOthers, others)));
        NDArray nonTarget = rowSum(pOthers.exp().mul(pOthers.sub(qOthers)).mul(others));
        return target.mul(Scalar.of(logits, alpha))
                .add(nonTarget.mul(Scalar.of(logits, beta)))
                .mul(teacher.weights())
                .sum()
                .mul(Scalar.of(logits, temperature * temperature / teacher.total()));
    }

    /// log(1 - p_c), B x 1: log p_k less log(p_k / (1 - p_c)), which is the same for every other
    /// class. It stays exact, and its gradient alive, where p_c is all but 0 or 1 in floats.
    private static NDArray rest(NDArray all, NDArray amongOthers, NDArray others) {
        double count = others.getShape().get(1) - 1;
        return rowSum(all.sub(amongOthers).mul(others)).div(Scalar.of(all, count));
    }

    /// p log(p / q) of their logarithms, B x 1.
    private static NDArray binary(NDArray p, NDArray q) {
        return p.exp().mul(p.sub(q));
    }

    private static NDArray rowSum(NDArray values) {
        return values.sum(new int[] {1}, true);
    }
}
