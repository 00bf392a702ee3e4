package io.retort.distillation.gate;

import io.retort.learning.training.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How the loss of one training fell. It lies beside the training's checkpoint and grows with every
/// epoch, so that a training which was cut short still has all of it.
///
/// @param points by epoch, the first first
public record Curve(List<Point> points) {

    /// @param epoch from 1
    /// @param loss mean over the epoch's steps
    /// @param rate learning rate of the epoch
    public record Point(int epoch, double loss, double rate) {}

    public Curve {
        points = List.copyOf(points);
    }

    /// Adds an epoch; the first begins anew. A line that a crash tore is ended by the next one.
    static void add(Path file, Progress progress) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            String line =
                    "\n%d,%s,%s".formatted(progress.epoch(), progress.loss(), progress.rate());
            if (progress.epoch() == 1) {
                Files.writeString(file, line);
            } else {
                Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not keep " + file, e);
        }
    }

    /// Empty where there is none. An epoch that was run again after a crash counts as it was the
    /// last time, which is the same.
    static Curve read(Path file) {
        Map<Integer, Point> points = new TreeMap<>();
        try {
            for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
                String[] fields = line.split(",", -1);
                if (fields.length == 3 && !fields[2].isEmpty()) {
                    int epoch = Integer.parseInt(fields[0]);
                    points.put(
                            epoch,
                            new Point(
                                    epoch,
                                    Double.parseDouble(fields[1]),
                                    Double.parseDouble(fields[2])));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not read " + file, e);
        }
        return new Curve(new ArrayList<>(points.values()));
    }
}
