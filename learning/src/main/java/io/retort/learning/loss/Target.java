package io.retort.learning.loss;

import ai.djl.ndarray.NDArray;

/// What the rows of a batch should become; a loss is a mean over the rows that count.
///
/// @param values B x width; rows that do not count hold anything finite
/// @param weights B x 1; 0 where the row does not count, else 1
/// @param total sum of the weights, above 0
public record Target(NDArray values, NDArray weights, double total) {

    public Target {
        if (!(total > 0)) {
            throw new IllegalArgumentException("a target needs rows that count, total is " + total);
        }
        if (values.getShape().get(0) != weights.getShape().get(0)) {
            throw new IllegalArgumentException(
                    "values of %s, weights of %s".formatted(values.getShape(), weights.getShape()));
        }
    }

    /// Indices of the rows that count.
    int[] rows() {
        float[] values = weights.toFloatArray();
        return java.util.stream.IntStream.range(0, values.length)
                .filter(i -> values[i] > 0)
                .toArray();
    }
}
