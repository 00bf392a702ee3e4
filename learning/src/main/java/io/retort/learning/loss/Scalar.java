package io.retort.learning.loss;

import ai.djl.ndarray.NDArray;

/// Numbers as operands of what gradients flow through.
///
/// DJL's own `x.mul(2f)`, `div`, `maximum` and `minimum` of a number close the operand as soon as
/// they have the result. The backward pass still reads it, from a direct buffer that the garbage
/// collector may have freed meanwhile: now and then a gradient is multiplied by whatever lies
/// there.
public final class Scalar {

    private Scalar() {}

    /// The number, as long as the manager of `like` is open.
    ///
    /// @param like an array of the step, not a parameter
    public static NDArray of(NDArray like, double value) {
        return like.getManager().create((float) value);
    }
}
