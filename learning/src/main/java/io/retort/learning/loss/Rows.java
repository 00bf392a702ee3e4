package io.retort.learning.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;

/// Rows of a batch that count, and distances between them.
final class Rows {

    private static final float LEAST = 1e-12f;

    private Rows() {}

    /// n x width: the rows named, by a product, whose gradient goes back to them alone.
    static NDArray pick(NDArray values, int[] rows) {
        int all = (int) values.getShape().get(0);
        if (rows.length == all) {
            return values;
        }
        float[] ones = new float[rows.length * all];
        for (int i = 0; i < rows.length; i++) {
            ones[i * all + rows[i]] = 1;
        }
        NDManager step = values.getManager();
        return step.create(FloatBuffer.wrap(ones), new Shape(rows.length, all)).matMul(values);
    }

    /// n x n Euclidean distances; clamped, so that equal rows have a gradient of 0 and no NaN. From
    /// |x|^2 + |y|^2 - 2 xy, which takes n^2 floats and not n^2 width, but loses digits where rows
    /// lie much further from the origin than from each other.
    static NDArray distances(NDArray values) {
        NDArray squares = values.mul(values).sum(new int[] {1}, true);
        NDArray products = values.matMul(values.transpose());
        return squares.add(squares.transpose())
                .sub(products.mul(Scalar.of(values, 2)))
                .maximum(Scalar.of(values, LEAST))
                .sqrt();
    }

    /// 1/2 d^2 where |d| <= 1, else |d| - 1/2 (Huber 1964).
    static NDArray huber(NDArray difference) {
        NDArray size = difference.abs();
        NDArray near = size.minimum(Scalar.of(difference, 1));
        return near.mul(near).mul(Scalar.of(difference, 0.5)).add(size.sub(near));
    }

    /// Vectors along the last axis divided by their L2 norm. One shorter than 1e-6 has no
    /// direction: it becomes zeros without a gradient, which the clamp alone would make a million
    /// times steeper than the others'.
    static NDArray normalised(NDArray values) {
        int last = values.getShape().dimension() - 1;
        NDArray least = Scalar.of(values, LEAST);
        NDArray squares = values.mul(values).sum(new int[] {last}, true);
        NDArray directed = squares.gt(least).toType(DataType.FLOAT32, false);
        return values.div(squares.maximum(least).sqrt()).mul(directed);
    }

    /// n x n: 0 on the diagonal, 1 elsewhere.
    static NDArray pairs(NDManager step, int n) {
        return step.eye(n).mul(-1).add(1);
    }
}
