package io.retort.contract.schema;

import io.retort.contract.Limits;
import java.util.List;

/// What statistics say of channels over time, for networks that read a slow signal's level better
/// from where it lies among others than from its course.
///
/// The last steps/hertz seconds are resampled as a [SignalModality]'s are. Then each series (the
/// channels; with `differences` also each channel less each later one) gives its mean, deviation,
/// maximum, minimum, mean absolute step, and the mean of each of `windows` equal parts, in this
/// order. Each statistic is encoded piecewise linearly between its [Edges].
///
/// @param windows equal parts of the time, 1 to `steps`
/// @param edges for each statistic of each series, ascending, in the payload's unit; a statistic
///   without edges is left out
public record SignalSummaryModality(
        int channels,
        int steps,
        double hertz,
        int windows,
        boolean differences,
        List<List<Double>> edges)
        implements Modality {

    /// Statistics of the whole time, beside those of the windows.
    private static final int OVERALL = 5;

    public SignalSummaryModality {
        Numbers.requireBetween("signal-summary.channels", channels, 1, Limits.SIGNAL_CHANNELS);
        Numbers.requireBetween("signal-summary.steps", steps, 2, Limits.SIGNAL_STEPS);
        Numbers.requirePositive("signal-summary.hertz", hertz);
        Numbers.requireBetween(
                "signal-summary.windows", windows, 1, Math.min(steps, Limits.WINDOWS));
        edges =
                Edges.checked(
                        "signal-summary.edges", edges, statistics(channels, windows, differences));
    }

    /// Statistics of all series.
    public static int statistics(int channels, int windows, boolean differences) {
        int series = channels + (differences ? channels * (channels - 1) / 2 : 0);
        return series * (OVERALL + windows);
    }

    @Override
    public TensorShape shape() {
        return new TensorShape(1, 1, Edges.width(edges));
    }
}
