package io.retort.learning.training;

/// The loss or the gradient stopped being a number. The step that is named, counted from 1, moved
/// no parameter.
public final class NotFiniteException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotFiniteException(int step, double loss, double norm) {
        super(
                "training stopped at step %d: loss %s, gradient norm %s; lower the learning rate or look at the data"
                        .formatted(step, loss, norm));
    }
}
