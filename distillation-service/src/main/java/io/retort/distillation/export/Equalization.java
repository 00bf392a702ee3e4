package io.retort.distillation.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Brings the channels between two layers to equal weight ranges on either side (Nagel et al. 2019,
/// "Data-free quantization through weight equalization and bias correction", section 4.1, eq. 11):
/// a rectifier passes a positive factor through, so what one layer is divided by, the next is
/// multiplied with, and the network answers as before.
///
/// Weights have a scale a channel here in any case; what gains is the one range that all channels
/// of the tensor between the layers share.
final class Equalization {

    /// Over all pairs; each spoils its neighbours a little.
    private static final int ROUNDS = 20;

    /// Nearer to 1 than this, factors have settled.
    private static final double SETTLED = 1e-3;

    /// Further from 1 than this, a channel is as good as dead on one side, and its bias would widen
    /// the range that all channels share. Of all rounds together.
    private static final double LARGEST_FACTOR = 64;

    private final Map<String, float[]> values = new HashMap<>();
    private final List<Pair> pairs;

    /// @param factors of all rounds so far, by channel
    private record Pair(WeightLayer first, WeightLayer second, double[] factors) {

        static Pair of(WeightLayer first, WeightLayer second) {
            double[] factors = new double[first.outputs()];
            Arrays.fill(factors, 1);
            return new Pair(first, second, factors);
        }
    }

    private Equalization(GraphProto floats) {
        this.pairs = pairs(floats);
        for (WeightLayer layer : WeightLayer.of(floats)) {
            values.put(layer.weight(), Onnx.values(WeightLayer.tensor(floats, layer.weight())));
            values.put(layer.bias(), Onnx.values(WeightLayer.tensor(floats, layer.bias())));
        }
    }

    static GraphProto of(GraphProto floats) {
        Equalization equalization = new Equalization(floats);
        for (int round = 0; round < ROUNDS; round++) {
            double furthest = 0;
            for (Pair pair : equalization.pairs) {
                furthest = Math.max(furthest, equalization.equalize(pair));
            }
            if (furthest < SETTLED) {
                break;
            }
        }
        Map<String, TensorProto> tensors = new HashMap<>();
        equalization.values.forEach((name, values) -> {
            List<Integer> shape = new ArrayList<>();
            WeightLayer.tensor(floats, name)
                    .getDimsList()
                    .forEach(d -> shape.add(Math.toIntExact(d)));
            tensors.put(name, Onnx.floats(name, shape, values));
        });
        return WeightLayer.replaced(floats, tensors);
    }

    /// Layers with nothing between but what passes a factor by channel on, and nobody else who
    /// reads it.
    private static List<Pair> pairs(GraphProto floats) {
        Map<String, List<NodeProto>> readers = new HashMap<>();
        for (NodeProto node : floats.getNodeList()) {
            for (String input : node.getInputList()) {
                readers.computeIfAbsent(input, _ -> new ArrayList<>()).add(node);
            }
        }
        Map<String, WeightLayer> layers = new HashMap<>();
        WeightLayer.of(floats).forEach(layer -> layers.put(layer.output(), layer));
        List<Pair> pairs = new ArrayList<>();
        for (WeightLayer first : WeightLayer.of(floats)) {
            String tensor = first.output();
            boolean rectified = false;
            boolean flat = WeightLayer.tensor(floats, first.weight()).getDimsCount() == 2;
            boolean passes = true;
            while (passes && readers.getOrDefault(tensor, List.of()).size() == 1) {
                NodeProto reader = Objects.requireNonNull(readers.get(tensor)).getFirst();
                tensor = reader.getOutput(0);
                if (WeightLayer.is(reader) && rectified) {
                    pairs.add(Pair.of(first, Objects.requireNonNull(layers.get(tensor))));
                }
                rectified |= reader.getOpType().equals("Relu");
                flat |= reader.getOpType().equals("GlobalAveragePool");
                passes =
                        switch (reader.getOpType()) {
                            case "Relu", "GlobalAveragePool" -> true;
                            // Else places become channels.
                            case "Flatten" -> flat;
                            default -> false;
                        };
            }
        }
        return pairs;
    }

    /// @return how far the furthest factor is from 1
    private double equalize(Pair pair) {
        int channels = pair.first().outputs();
        float[] firsts = of(pair.first().weight());
        float[] bias = of(pair.first().bias());
        float[] seconds = of(pair.second().weight());
        double[] first = new double[channels];
        double[] second = new double[channels];
        int fanIn = firsts.length / channels;
        for (int i = 0; i < firsts.length; i++) {
            first[i / fanIn] = Math.max(first[i / fanIn], Math.abs(firsts[i]));
        }
        for (int i = 0; i < seconds.length; i++) {
            int channel = channel(pair.second(), seconds.length, channels, i);
            second[channel] = Math.max(second[channel], Math.abs(seconds[i]));
        }
        double[] factors = new double[channels];
        double furthest = 0;
        for (int channel = 0; channel < channels; channel++) {
            // r1 / sqrt(r1 r2): both sides then reach sqrt(r1 r2).
            double factor =
                    first[channel] > 0 && second[channel] > 0
                            ? Math.sqrt(first[channel] / second[channel])
                            : 1;
            double before = pair.factors()[channel];
            double all = Math.clamp(before * factor, 1 / LARGEST_FACTOR, LARGEST_FACTOR);
            pair.factors()[channel] = all;
            factors[channel] = all / before;
            furthest = Math.max(furthest, Math.abs(factors[channel] - 1));
            bias[channel] = (float) (bias[channel] / factors[channel]);
        }
        for (int i = 0; i < firsts.length; i++) {
            firsts[i] = (float) (firsts[i] / factors[i / fanIn]);
        }
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] =
                    (float)
                            (seconds[i]
                                    * factors[channel(pair.second(), seconds.length, channels, i)]);
        }
        return furthest;
    }

    /// Which of its input's channels a weight is multiplied with.
    ///
    /// @param size of the weight: outputs x channels of a group x places
    private static int channel(WeightLayer layer, int size, int channels, int i) {
        int own = channels / layer.groups();
        int places = size / (layer.outputs() * own);
        int output = i / (own * places);
        int group = output / (layer.outputs() / layer.groups());
        return group * own + i / places % own;
    }

    private float[] of(String tensor) {
        return Objects.requireNonNull(values.get(tensor));
    }
}
