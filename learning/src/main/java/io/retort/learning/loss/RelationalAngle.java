package io.retort.learning.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/// Huber loss between the student's and the teacher's cosines of the angle at j that the rows i and
/// k make (relational knowledge distillation: Park et al. 2019, eq. 7-8). Takes several arrays of
/// B^3 and of B^2 width floats until the backward pass: with 64 rows of 512, 1 MB and 8 MB each.
public final class RelationalAngle {

    private RelationalAngle() {}

    /// @param student B x s
    /// @param teacher B x t
    /// @return mean over the triplets of different rows that count; null with fewer than 3 of them
    public static @Nullable NDArray of(NDArray student, Target teacher) {
        int[] rows = teacher.rows();
        int n = rows.length;
        if (n < 3) {
            return null;
        }
        NDArray difference =
                cosines(Rows.pick(student, rows)).sub(cosines(Rows.pick(teacher.values(), rows)));
        NDArray count = Scalar.of(student, (double) n * (n - 1) * (n - 2));
        return Rows.huber(difference).mul(triplets(student.getManager(), n)).sum().div(count);
    }

    /// j x i x k: the cosine between e_ij and e_kj; 0 where either row equals row j.
    private static NDArray cosines(NDArray values) {
        long n = values.getShape().get(0);
        long width = values.getShape().get(1);
        // Row j, i is x_i - x_j.
        NDArray edges = values.reshape(1, n, width).sub(values.reshape(n, 1, width));
        NDArray unit = Rows.normalised(edges);
        return unit.matMul(unit.transpose(0, 2, 1));
    }

    private static NDArray triplets(NDManager step, int n) {
        float[] mask = new float[n * n * n];
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < n; k++) {
                    mask[(j * n + i) * n + k] = i != j && k != j && i != k ? 1 : 0;
                }
            }
        }
        return step.create(FloatBuffer.wrap(mask), new Shape(n, n, n));
    }
}
