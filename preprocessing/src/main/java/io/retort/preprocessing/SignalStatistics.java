package io.retort.preprocessing;

import java.util.Arrays;

/// What a [io.retort.contract.schema.SignalSummaryModality] encodes.
final class SignalStatistics {

    private SignalStatistics() {}

    /// For each series, in turn: mean, deviation, maximum, minimum, mean absolute step, and the
    /// mean of each window. The series are the channels and, with `differences`, each channel less
    /// each later one.
    ///
    /// @param values channels x steps
    /// @param windows 1 to steps; window k starts at step k * steps / windows
    static double[] of(double[] values, int channels, int windows, boolean differences) {
        int steps = values.length / channels;
        int series = channels + (differences ? channels * (channels - 1) / 2 : 0);
        double[] statistics = new double[series * (5 + windows)];
        int at = 0;
        for (int channel = 0; channel < channels; channel++) {
            double[] own = Arrays.copyOfRange(values, channel * steps, (channel + 1) * steps);
            at = describe(own, windows, statistics, at);
        }
        for (int first = 0; differences && first < channels; first++) {
            for (int second = first + 1; second < channels; second++) {
                double[] apart = new double[steps];
                for (int step = 0; step < steps; step++) {
                    apart[step] = values[first * steps + step] - values[second * steps + step];
                }
                at = describe(apart, windows, statistics, at);
            }
        }
        return statistics;
    }

    private static int describe(double[] series, int windows, double[] statistics, int start) {
        int at = start;
        double mean = mean(series, 0, series.length);
        double squares = 0;
        double most = series[0];
        double least = series[0];
        double way = 0;
        for (int step = 0; step < series.length; step++) {
            squares += (series[step] - mean) * (series[step] - mean);
            most = Math.max(most, series[step]);
            least = Math.min(least, series[step]);
            way += step == 0 ? 0 : Math.abs(series[step] - series[step - 1]);
        }
        statistics[at++] = mean;
        statistics[at++] = Math.sqrt(squares / series.length);
        statistics[at++] = most;
        statistics[at++] = least;
        statistics[at++] = way / (series.length - 1);
        for (int window = 0; window < windows; window++) {
            statistics[at++] =
                    mean(
                            series,
                            (int) ((long) window * series.length / windows),
                            (int) ((window + 1L) * series.length / windows));
        }
        return at;
    }

    private static double mean(double[] series, int from, int to) {
        double sum = 0;
        for (int step = from; step < to; step++) {
            sum += series[step];
        }
        return sum / (to - from);
    }
}
