package io.retort.distillation.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.model.Weights;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds how a network's int8 file is made best for the machine that runs this: how ranges are
/// chosen, and which layers stay float because int8 makes them slower or costs too many answers.
///
/// Three greedy passes. Recipes without float layers are compared by divergence from the fp32
/// answers. Then, round by round, the layer is kept whose keeping speeds the file up most. Then,
/// while too many captures change their class, the layer that saves most divergence for the time
/// that it costs, as long as the file stays faster than fp32. No label is looked at.
public final class LayerSearch {

    /// Less than this a layer is not worth to be kept for its speed: timings are not that steady.
    private static final double FASTER = 1.02;

    private static final int CALLS = 400;

    private final GraphProto floats;
    private final List<Map<String, float[]>> captures;
    private final List<String> layers;
    private final Limits limits;
    private final Watch watch;
    private final long deadline;
    private final OnnxModel fp32;
    private final List<Map<String, float[]>> expected;
    private final List<Trial> trials = new ArrayList<>();

    /// @param changed share of captures that may change their class; about two in five of those
    ///   that do lose a right answer, so 0.005 is about 0.2 points
    /// @param longest after which the best so far is taken
    public record Limits(double changed, Duration longest) {

        public Limits {
            if (!(changed >= 0 && changed <= 1) || longest.isNegative()) {
                throw new IllegalArgumentException("no search within " + changed + ", " + longest);
            }
        }

        public static Limits usual() {
            return new Limits(0.005, Duration.ofSeconds(60));
        }
    }

    /// What was tried.
    ///
    /// @param speedUp over the fp32 file; null where only answers were looked at
    /// @param deviation null where only speed was looked at
    public record Trial(
            Quantization quantization, @Nullable Double speedUp, @Nullable Deviation deviation) {}

    /// @param speedUp of the file over fp32, median over rounds of calls
    /// @param inTime whether no limit of time cut the search short
    public record Found(
            Quantization quantization,
            double speedUp,
            Deviation deviation,
            boolean inTime,
            List<Trial> trials) {

        public Found {
            trials = List.copyOf(trials);
        }
    }

    /// Hears what is tried, and may end it.
    ///
    /// @param cancelled ends the search with a [CancellationException]
    public record Watch(Consumer<Trial> tried, BooleanSupplier cancelled) {}

    private LayerSearch(
            GraphProto floats,
            List<Map<String, float[]>> captures,
            Limits limits,
            Watch watch,
            OnnxModel fp32) {
        this.floats = floats;
        this.captures = captures;
        this.layers = WeightLayer.of(floats).stream().map(WeightLayer::output).toList();
        this.limits = limits;
        this.watch = watch;
        this.deadline = System.nanoTime() + limits.longest().toNanos();
        this.fp32 = fp32;
        this.expected = fp32.run(captures);
    }

    /// @param captures of the training set, to calibrate and compare on
    public static Found run(
            Architecture architecture,
            Weights weights,
            List<Map<String, float[]>> captures,
            TargetProfile target,
            Limits limits,
            Watch watch)
            throws IOException {
        GraphProto floats = FloatGraph.of(architecture, weights);
        try (OnnxModel fp32 = OnnxModel.of(Onnx.model(floats, Map.of()), "the fp32 graph")) {
            return new LayerSearch(floats, captures, limits, watch, fp32).run(target);
        }
    }

    private Found run(TargetProfile target) throws IOException {
        Quantization recipe = recipe(target);
        GraphProto scaled = recipe.equalize() ? Equalization.of(floats) : floats;
        Map<String, Range> ranges =
                Calibration.ranges(
                        scaled, QuantizedGraph.calibrated(scaled), captures, recipe.calibrator());
        Quantization found = accurate(fast(recipe, scaled, ranges), scaled, ranges);
        double speedUp = speedUp(found, scaled, ranges);
        return new Found(found, speedUp, deviation(found, scaled, ranges), !late(), trials);
    }

    /// The recipe whose answers are nearest to the float ones.
    private Quantization recipe(TargetProfile target) throws IOException {
        Quantization best = Quantization.by(Calibrator.MSE, target).corrected();
        double least = Double.POSITIVE_INFINITY;
        for (Calibrator calibrator :
                List.of(Calibrator.MSE, Calibrator.MIN_MAX, Calibrator.PERCENTILE)) {
            for (boolean equalize : new boolean[] {false, true}) {
                if (least < Double.POSITIVE_INFINITY && late()) {
                    return best;
                }
                Quantization tried =
                        new Quantization(calibrator, equalize, true, target, Set.of(), false);
                Deviation deviation = deviation(Onnx.model(tried.of(floats, captures), Map.of()));
                tell(new Trial(tried, null, deviation));
                if (deviation.divergence() < least) {
                    least = deviation.divergence();
                    best = tried;
                }
            }
        }
        return best;
    }

    /// Keeps layers that int8 makes slower.
    private Quantization fast(Quantization recipe, GraphProto scaled, Map<String, Range> ranges)
            throws IOException {
        Quantization best = recipe;
        while (true) {
            Quantization faster = null;
            double most = FASTER;
            try (OnnxModel current = model(best, scaled, ranges)) {
                for (Quantization tried : keepingOneMore(best)) {
                    if (late()) {
                        return best;
                    }
                    try (OnnxModel model = model(tried, scaled, ranges)) {
                        double gain = over(model, current);
                        tell(new Trial(tried, gain, null));
                        if (gain > most) {
                            most = gain;
                            faster = tried;
                        }
                    }
                }
            }
            if (faster == null) {
                return best;
            }
            best = faster;
        }
    }

    /// Keeps layers until few enough captures change their class.
    private Quantization accurate(Quantization fast, GraphProto scaled, Map<String, Range> ranges)
            throws IOException {
        Quantization best = fast;
        Deviation now = deviation(best, scaled, ranges);
        double pace = speedUp(best, scaled, ranges);
        tell(new Trial(best, pace, now));
        while (now.changed() > limits.changed()) {
            Quantization better = null;
            double most = 0;
            double itsPace = pace;
            for (Quantization tried : keepingOneMore(best)) {
                if (late()) {
                    return best;
                }
                double speedUp = speedUp(tried, scaled, ranges);
                Deviation deviation = deviation(tried, scaled, ranges);
                tell(new Trial(tried, speedUp, deviation));
                // Saved divergence for each part of a call that is lost; speed is never lost free.
                double cost = Math.max(0.01, pace / speedUp - 1);
                double worth = (now.divergence() - deviation.divergence()) / cost;
                if (speedUp > FASTER && worth > most) {
                    most = worth;
                    better = tried;
                    itsPace = speedUp;
                }
            }
            if (better == null) {
                return best;
            }
            best = better;
            pace = itsPace;
            now = deviation(best, scaled, ranges);
        }
        return best;
    }

    private List<Quantization> keepingOneMore(Quantization quantization) {
        List<Quantization> tried = new ArrayList<>();
        for (String layer : layers) {
            if (!quantization.kept().contains(layer)) {
                Set<String> kept = new TreeSet<>(quantization.kept());
                kept.add(layer);
                tried.add(quantization.keeping(kept));
            }
        }
        return tried;
    }

    /// Biases make a file neither faster nor slower, so for timing they stay as they are.
    private static OnnxModel model(
            Quantization quantization, GraphProto scaled, Map<String, Range> ranges)
            throws IOException {
        return OnnxModel.of(
                Onnx.model(QuantizedGraph.of(scaled, ranges, quantization), Map.of()), "a trial");
    }

    private double speedUp(Quantization quantization, GraphProto scaled, Map<String, Range> ranges)
            throws IOException {
        try (OnnxModel model = model(quantization, scaled, ranges)) {
            return over(model, fp32);
        }
    }

    private double over(OnnxModel model, OnnxModel other) {
        return Race.run(List.of(model, other), captures, CALLS, (_, _) -> {}).speedUp(0, 1).p50();
    }

    private Deviation deviation(
            Quantization quantization, GraphProto scaled, Map<String, Range> ranges)
            throws IOException {
        GraphProto corrected = BiasCorrection.of(scaled, ranges, quantization, captures);
        return deviation(Onnx.model(QuantizedGraph.of(corrected, ranges, quantization), Map.of()));
    }

    private Deviation deviation(byte[] onnx) throws IOException {
        try (OnnxModel model = OnnxModel.of(onnx, "a trial")) {
            return Deviation.of(expected, model.run(captures));
        }
    }

    private void tell(Trial trial) {
        if (watch.cancelled().getAsBoolean()) {
            throw new CancellationException("the search for layers to keep was cancelled");
        }
        trials.add(trial);
        watch.tried().accept(trial);
    }

    private boolean late() {
        return System.nanoTime() > deadline;
    }
}
