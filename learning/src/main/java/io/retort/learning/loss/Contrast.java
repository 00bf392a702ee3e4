package io.retort.learning.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import org.jspecify.annotations.Nullable;

/// Symmetric InfoNCE between the two sides of each row: the teacher's embedding of the same capture
/// is to be found among those of the others, and the student's likewise; the mean of both
/// directions (Oord et al. 2018, eq. 4; both directions as Radford et al. 2021, figure 3; a memory
/// of the teacher's embeddings as further negatives as Tian, Krishnan & Isola 2020). Rows are
/// L2-normalised.
public final class Contrast {

    private Contrast() {}

    /// @param student B x d
    /// @param teacher B x d
    /// @param counted weights as the teacher's target has them; other rows are neither anchors nor
    ///   positives nor negatives
    /// @param logTemperature scalar; a gradient flows into it where it asks for one
    /// @param negatives M x d of earlier teacher embeddings, for the student's direction; or null
    /// @return null with fewer than 2 rows that count
    public static @Nullable NDArray of(
            NDArray student,
            NDArray teacher,
            Target counted,
            NDArray logTemperature,
            @Nullable NDArray negatives) {
        int[] rows = counted.rows();
        if (rows.length < 2) {
            return null;
        }
        NDArray own = Rows.normalised(Rows.pick(student, rows));
        NDArray taught = Rows.normalised(Rows.pick(teacher, rows));
        // A result belongs to its first operand's manager, and the temperature's is the run's.
        NDArray inverse = own.getManager().create(0f).sub(logTemperature).exp();
        NDArray similar = own.matMul(taught.transpose()).mul(inverse);
        NDArray found = similar;
        if (negatives != null) {
            NDArray further = own.matMul(Rows.normalised(negatives).transpose()).mul(inverse);
            found = NDArrays.concat(new NDList(similar, further), 1);
        }
        NDArray diagonal = own.getManager().eye(rows.length);
        NDArray forward = found.logSoftmax(1).get("0:, 0:" + rows.length).mul(diagonal).sum();
        NDArray backward = similar.transpose().logSoftmax(1).mul(diagonal).sum();
        return forward.add(backward).div(Scalar.of(own, -2.0 * rows.length));
    }
}
