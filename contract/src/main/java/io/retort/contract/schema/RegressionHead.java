package io.retort.contract.schema;

import io.retort.contract.InvalidRecordException;

/// A number between minimum and maximum; what a model answers is clipped to them.
public record RegressionHead(double minimum, double maximum) implements Head {

    public RegressionHead {
        if (!(minimum < maximum) || Double.isInfinite(minimum) || Double.isInfinite(maximum)) {
            throw new InvalidRecordException(
                    "regression",
                    "minimum "
                            + minimum
                            + " and maximum "
                            + maximum
                            + " must be finite and ascend");
        }
    }

    @Override
    public int width() {
        return 1;
    }
}
