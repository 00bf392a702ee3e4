package io.retort.learning.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.core.Linear;

/// Mean squared error of the student's features, projected into the teacher's width, to the
/// teacher's (FitNets: Romero et al. 2015, eq. 3, with a linear regressor).
public final class FeatureMatching {

    private FeatureMatching() {}

    /// @param student B x s
    /// @param weight t x s
    /// @param bias t
    /// @param teacher B x t
    public static NDArray of(NDArray student, NDArray weight, NDArray bias, Target teacher) {
        return SquaredError.of(Linear.linear(student, weight, bias).singletonOrThrow(), teacher);
    }
}
