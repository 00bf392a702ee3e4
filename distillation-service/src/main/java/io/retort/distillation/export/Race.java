package io.retort.distillation.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Times files against each other: one capture a call, on one thread, from tensors that are ready,
/// as a gateway's hot path has them.
///
/// Each round calls every file once, so that all meet the same disturbances, and in an order drawn
/// anew, so that none always finds the caches as one other leaves them. Ratios are therefore
/// steadier than times.
public final class Race {

    /// Captures that take turns.
    private static final int TENSORS = 8;

    private final List<double[]> micros;

    private Race(List<double[]> micros) {
        this.micros = micros;
    }

    /// What hears of every round.
    @FunctionalInterface
    public interface Watch {

        /// @param calls so far that count; below 0 before
        /// @param all that will count
        void called(int calls, int all);
    }

    /// @param captures that the networks take, at least one
    /// @param calls of each that count; a fifth as many before them do not
    public static Race run(
            List<OnnxModel> files, List<Map<String, float[]>> captures, int calls, Watch watch) {
        List<double[]> micros = new ArrayList<>();
        List<List<OnnxModel.Ready>> ready = new ArrayList<>();
        List<Map<String, float[]>> some = captures.subList(0, Math.min(TENSORS, captures.size()));
        try {
            for (OnnxModel file : files) {
                micros.add(new double[calls]);
                List<OnnxModel.Ready> own = new ArrayList<>();
                ready.add(own);
                for (Map<String, float[]> capture : some) {
                    own.add(file.ready(capture));
                }
            }
            List<Integer> order = new ArrayList<>();
            for (int file = 0; file < files.size(); file++) {
                order.add(file);
            }
            Random random = new Random(1);
            for (int call = -calls / 5; call < calls; call++) {
                Collections.shuffle(order, random);
                for (int file : order) {
                    OnnxModel.Ready one = ready.get(file).get(Math.floorMod(call, some.size()));
                    long started = System.nanoTime();
                    one.run();
                    if (call >= 0) {
                        micros.get(file)[call] = (System.nanoTime() - started) / 1e3;
                    }
                }
                watch.called(call, calls);
            }
        } finally {
            ready.forEach(own -> own.forEach(OnnxModel.Ready::close));
        }
        return new Race(micros);
    }

    /// A file's median time with its quartiles.
    ///
    /// @param p25 and p75 in microseconds, as p50
    public record Pace(double p25, double p50, double p75, int calls) {

        static Pace of(double[] micros) {
            double[] sorted = micros.clone();
            Arrays.sort(sorted);
            int n = sorted.length;
            return new Pace(sorted[n / 4], sorted[n / 2], sorted[n * 3 / 4], n);
        }
    }

    public Pace pace(int file) {
        return Pace.of(micros.get(file));
    }

    /// How many times as fast as another file a file is: the median over rounds, with its
    /// quartiles.
    public Pace speedUp(int file, int over) {
        double[] ratios = new double[micros.get(file).length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = micros.get(over)[i] / micros.get(file)[i];
        }
        return Pace.of(ratios);
    }
}
