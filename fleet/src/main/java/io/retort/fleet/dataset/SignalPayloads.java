package io.retort.fleet.dataset;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.Limits;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.SignalModality;
import io.retort.contract.v1.Payload;
import io.retort.contract.v1.Signal;
import io.retort.preprocessing.Summaries;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Channels by row of the table, kept in memory as floats: channels x steps, one channel after the
/// other.
record SignalPayloads(
        Modality modality, int channels, double hertz, List<float @Nullable []> values)
        implements Payloads {

    /// A row that is empty in every channel's file is an absent sensor. Means, deviations and edges
    /// come from the rows outside the test fold.
    static SignalPayloads of(
            String name,
            Description.SignalSource source,
            Folder folder,
            Table table,
            int testFold) {
        String place = Description.FILE + ", modality '" + name + "'";
        int channels = source.files().size();
        if (channels == 0 || channels > Limits.SIGNAL_CHANNELS) {
            throw new InvalidDatasetException(
                    place,
                    "names %d files, allowed are 1 to %d"
                            .formatted(channels, Limits.SIGNAL_CHANNELS));
        }
        List<Channel> read = new ArrayList<>();
        int steps = 0;
        for (String file : source.files()) {
            Channel channel =
                    Channel.read(
                            new CsvFile(file, folder.file(place, file)), table, testFold, steps);
            steps = channel.steps();
            read.add(channel);
        }
        List<float @Nullable []> values = new ArrayList<>();
        for (int row = 0; row < table.rows().size(); row++) {
            values.add(joined(table, read, row, steps));
        }
        try {
            Modality modality =
                    source.form() == Description.Form.SERIES
                            ? new SignalModality(
                                    channels,
                                    steps,
                                    source.hertz(),
                                    read.stream().map(c -> c.moments().mean()).toList(),
                                    read.stream().map(c -> c.moments().deviation()).toList())
                            : Summaries.signal(
                                    channels,
                                    steps,
                                    source.hertz(),
                                    outside(testFold, table, values));
            return new SignalPayloads(modality, channels, source.hertz(), values);
        } catch (InvalidRecordException e) {
            throw new InvalidDatasetException(place, e);
        }
    }

    private static List<double[]> outside(
            int testFold, Table table, List<float @Nullable []> values) {
        List<double[]> rows = new ArrayList<>();
        for (int row = 0; row < values.size(); row++) {
            float @Nullable [] signal = values.get(row);
            if (signal != null && table.rows().get(row).fold() != testFold) {
                double[] exact = new double[signal.length];
                for (int i = 0; i < signal.length; i++) {
                    exact[i] = signal[i];
                }
                rows.add(exact);
            }
        }
        return rows;
    }

    @Override
    public boolean present(int row) {
        return values.get(row) != null;
    }

    @Override
    public @Nullable Payload payload(int row) {
        float @Nullable [] signal = values.get(row);
        if (signal == null) {
            return null;
        }
        Signal.Builder payload =
                Signal.newBuilder()
                        .setChannels(channels)
                        .setSteps(signal.length / channels)
                        .setHertz((float) hertz);
        for (float value : signal) {
            payload.addValues(value);
        }
        return Payload.newBuilder().setSignal(payload).build();
    }

    private static float @Nullable [] joined(
            Table table, List<Channel> channels, int row, int steps) {
        float @Nullable [] joined = null;
        for (int c = 0; c < channels.size(); c++) {
            float @Nullable [] channel = channels.get(c).rows().get(row);
            if (c == 0) {
                joined = channel == null ? null : Arrays.copyOf(channel, channels.size() * steps);
            } else if ((channel == null) != (joined == null)) {
                throw new InvalidDatasetException(
                        channels.get(c).file().name() + ":" + (row + 1),
                        "row of '%s' is empty in one of this file and %s, but not in both"
                                .formatted(
                                        table.rows().get(row).id(),
                                        channels.getFirst().file().name()));
            } else if (channel != null && joined != null) {
                System.arraycopy(channel, 0, joined, c * steps, steps);
            }
        }
        return joined;
    }

    private record Channel(
            CsvFile file, int steps, List<float @Nullable []> rows, Moments moments) {

        /// @param steps that every row must have; 0 where the first one tells
        static Channel read(CsvFile file, Table table, int testFold, int steps) {
            List<float @Nullable []> rows = new ArrayList<>();
            Moments moments = new Moments();
            int[] expected = {steps};
            file.forEach(row -> {
                if (rows.size() == table.rows().size()) {
                    throw new InvalidDatasetException(
                            row.place(),
                            "has more rows than %s, which has %d"
                                    .formatted(table.file(), table.rows().size()));
                }
                if (row.isBlankFrom(0)) {
                    rows.add(null);
                    return;
                }
                if (expected[0] == 0) {
                    expected[0] = row.size();
                }
                if (row.size() != expected[0]) {
                    throw new InvalidDatasetException(
                            row.place(),
                            "has %d steps, the first row has %d"
                                    .formatted(row.size(), expected[0]));
                }
                float[] values = row.floats(0);
                if (table.rows().get(rows.size()).fold() != testFold) {
                    for (float value : values) {
                        moments.add(value);
                    }
                }
                rows.add(values);
            });
            if (rows.size() != table.rows().size()) {
                throw new InvalidDatasetException(
                        file.name(),
                        "has %d rows, %s has %d"
                                .formatted(rows.size(), table.file(), table.rows().size()));
            }
            return new Channel(file, expected[0], rows, moments);
        }
    }
}
