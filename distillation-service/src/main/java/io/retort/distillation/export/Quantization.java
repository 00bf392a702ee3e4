package io.retort.distillation.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Convolution;
import io.retort.learning.architecture.Encoder;
import io.retort.learning.architecture.Layer;
import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;

/// How int8 is made of a float graph.
///
/// @param calibrator of the ranges of activations
/// @param equalize whether channels of neighbouring layers are brought to equal ranges first
/// @param correctBias whether biases make up for the mean error of each channel
/// @param kept layers that stay float, by the name of their output
/// @param fineTuned whether the network was trained on while it computed so
public record Quantization(
        Calibrator calibrator,
        boolean equalize,
        boolean correctBias,
        TargetProfile target,
        Set<String> kept,
        boolean fineTuned) {

    /// Channels of what counts as a camera's picture.
    private static final int FEW = 4;

    /// Depthwise layers of so many channels or fewer are slower in int8 than as floats.
    private static final int NARROW = 16;

    public Quantization {
        kept = Collections.unmodifiableSet(new TreeSet<>(kept));
    }

    /// Plain int8 of every layer by the calibrator.
    public static Quantization by(Calibrator calibrator, TargetProfile target) {
        return new Quantization(calibrator, false, false, target, Set.of(), false);
    }

    /// Of releases whose job says nothing else: least squared error, corrected biases, and where a
    /// narrow depthwise layer comes second in an image's encoder, the first two layers as floats:
    /// int8 makes them no faster, and their error runs through all others.
    public static Quantization usual(Architecture architecture, TargetProfile target) {
        Set<String> kept = new TreeSet<>();
        for (Encoder encoder : architecture.encoders()) {
            String prefix = FloatGraph.encoder(encoder.modality());
            List<Layer> layers = encoder.layers();
            int second = second(layers);
            if (layers.getFirst() instanceof Convolution stem
                    && stem.inputs() <= FEW
                    && layers.get(second) instanceof Convolution depthwise
                    && depthwise.groups() > 1
                    && depthwise.groups() <= NARROW) {
                kept.add(prefix + 0);
                kept.add(prefix + second);
            }
        }
        return by(Calibrator.MSE, target).corrected().keeping(kept);
    }

    /// Index of the second convolution; of an encoder without one, of its last layer.
    private static int second(List<Layer> layers) {
        int second = 1;
        while (second < layers.size() - 1 && !(layers.get(second) instanceof Convolution)) {
            second++;
        }
        return second;
    }

    public Quantization keeping(Collection<String> layers) {
        return new Quantization(
                calibrator, equalize, correctBias, target, new TreeSet<>(layers), fineTuned);
    }

    public Quantization calibrated(Calibrator other) {
        return new Quantization(other, equalize, correctBias, target, kept, fineTuned);
    }

    public Quantization equalized() {
        return new Quantization(calibrator, true, correctBias, target, kept, fineTuned);
    }

    Quantization unequalized() {
        return new Quantization(calibrator, false, correctBias, target, kept, fineTuned);
    }

    /// Of weights that [FineTuning] found under this one.
    public Quantization tuned() {
        return new Quantization(calibrator, false, correctBias, target, kept, true);
    }

    public Quantization corrected() {
        return new Quantization(calibrator, equalize, true, target, kept, fineTuned);
    }

    /// The int8 graph.
    ///
    /// @param captures of the training set
    /// @throws IllegalArgumentException where a layer to keep is none of the graph's
    GraphProto of(GraphProto floats, List<Map<String, float[]>> captures) throws IOException {
        GraphProto scaled = equalize ? Equalization.of(floats) : floats;
        Map<String, Range> ranges =
                Calibration.ranges(scaled, QuantizedGraph.calibrated(scaled), captures, calibrator);
        GraphProto corrected =
                correctBias ? BiasCorrection.of(scaled, ranges, this, captures) : scaled;
        return QuantizedGraph.of(corrected, ranges, this);
    }

    /// As files and provenance tell it, such as `mse, equalized, bias corrected, for any, float:
    /// /encoders/rgb/0`.
    @Override
    public String toString() {
        StringJoiner said = new StringJoiner(", ");
        said.add(calibrator.title());
        if (equalize) {
            said.add("equalized");
        }
        if (correctBias) {
            said.add("bias corrected");
        }
        if (fineTuned) {
            said.add("fine-tuned");
        }
        said.add("for " + target.title());
        if (!kept.isEmpty()) {
            said.add("float: " + String.join(" ", kept));
        }
        return said.toString();
    }
}
