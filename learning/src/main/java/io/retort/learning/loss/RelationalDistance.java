package io.retort.learning.loss;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/// Huber loss between the students' and the teacher's distances of the pairs of a batch, each
/// divided by its mean over the pairs (relational knowledge distillation: Park et al. 2019, eq.
/// 4-6). Takes B^2 floats.
public final class RelationalDistance {

    private RelationalDistance() {}

    /// @param student B x s
    /// @param teacher B x t
    /// @return mean over the ordered pairs of rows that count; null with fewer than 2 of them
    public static @Nullable NDArray of(NDArray student, Target teacher) {
        int[] rows = teacher.rows();
        if (rows.length < 2) {
            return null;
        }
        NDArray pairs = Rows.pairs(student.getManager(), rows.length);
        NDArray count = Scalar.of(student, (double) rows.length * (rows.length - 1));
        NDArray own = relative(Rows.pick(student, rows), pairs, count);
        NDArray taught = relative(Rows.pick(teacher.values(), rows), pairs, count);
        return Rows.huber(own.sub(taught)).mul(pairs).sum().div(count);
    }

    private static NDArray relative(NDArray values, NDArray pairs, NDArray count) {
        NDArray distances = Rows.distances(values).mul(pairs);
        return distances.div(distances.sum().div(count).maximum(Scalar.of(values, 1e-6)));
    }
}
