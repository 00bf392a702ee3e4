package io.retort.contract.schema;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.Limits;
import java.util.ArrayList;
import java.util.List;

/// What statistics say of channels over time, for networks that read a slow signal's level better
/// from where it lies among others than from its course.
///
/// The last steps/hertz seconds are resampled as a [SignalModality]'s are. Then each series (the
/// channels; with `differences` also each channel less each later one) gives its mean, deviation,
/// maximum, minimum, mean absolute step, and the mean of each of `windows` equal parts, in this
/// order. Each statistic is encoded piecewise linearly (Gorishniy, Rubachev & Babenko 2022, "On
/// Embeddings for Numerical Features in Tabular Deep Learning", eq. 1): between two edges the share
/// of the way, 0 before and 1 behind, so that a network can tell small steps of a wide range apart.
/// Unlike there, the outermost parts are bounded too: values never seen in training cannot push a
/// network further than the farthest seen.
///
/// @param windows equal parts of the time, 1 to `steps`
/// @param edges for each statistic of each series, ascending, in the payload's unit; a statistic
///   without edges is left out
public record SummaryModality(
        int channels,
        int steps,
        double hertz,
        int windows,
        boolean differences,
        List<List<Double>> edges)
        implements Modality {

    /// Statistics of the whole time, beside those of the windows.
    private static final int OVERALL = 5;

    public SummaryModality {
        Numbers.requireBetween("summary.channels", channels, 1, Limits.SIGNAL_CHANNELS);
        Numbers.requireBetween("summary.steps", steps, 2, Limits.SIGNAL_STEPS);
        Numbers.requirePositive("summary.hertz", hertz);
        Numbers.requireBetween("summary.windows", windows, 1, Math.min(steps, Limits.WINDOWS));
        int statistics = statistics(channels, windows, differences);
        if (edges.size() != statistics) {
            throw new InvalidRecordException(
                    "summary.edges",
                    "has %d lists, expected one for each of %d statistics"
                            .formatted(edges.size(), statistics));
        }
        List<List<Double>> checked = new ArrayList<>();
        for (int i = 0; i < statistics; i++) {
            checked.add(ascending("summary.edges[" + i + "]", edges.get(i)));
        }
        edges = List.copyOf(checked);
        Numbers.requireBetween("summary's values", width(edges), 1, Limits.SUMMARY_VALUES);
    }

    /// Statistics of all series.
    public static int statistics(int channels, int windows, boolean differences) {
        int series = channels + (differences ? channels * (channels - 1) / 2 : 0);
        return series * (OVERALL + windows);
    }

    @Override
    public TensorShape shape() {
        return new TensorShape(1, 1, width(edges));
    }

    private static int width(List<List<Double>> edges) {
        return edges.stream().mapToInt(own -> Math.max(0, own.size() - 1)).sum();
    }

    private static List<Double> ascending(String field, List<Double> edges) {
        if (edges.size() == 1) {
            throw new InvalidRecordException(field, "has 1 edge, allowed are none or at least 2");
        }
        Numbers.finite(field, edges, edges.size());
        for (int i = 1; i < edges.size(); i++) {
            if (edges.get(i) <= edges.get(i - 1)) {
                throw new InvalidRecordException(
                        field + "[" + i + "]", "the edges must ascend strictly");
            }
        }
        return List.copyOf(edges);
    }
}
