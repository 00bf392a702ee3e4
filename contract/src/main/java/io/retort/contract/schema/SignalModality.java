package io.retort.contract.schema;

import io.retort.contract.Limits;
import java.util.List;

/// Channels over time: the last steps/hertz seconds, resampled linearly to hertz, each channel
/// normalised as (value - mean) / deviation.
public record SignalModality(
        int channels, int steps, double hertz, List<Double> mean, List<Double> deviation)
        implements Modality {

    public SignalModality {
        Numbers.requireBetween("signal.channels", channels, 1, Limits.SIGNAL_CHANNELS);
        Numbers.requireBetween("signal.steps", steps, 2, Limits.SIGNAL_STEPS);
        Numbers.requirePositive("signal.hertz", hertz);
        mean = Numbers.finite("signal.mean", mean, channels);
        deviation = Numbers.positive("signal.deviation", deviation, channels);
    }

    @Override
    public TensorShape shape() {
        return new TensorShape(channels, 1, steps);
    }
}
