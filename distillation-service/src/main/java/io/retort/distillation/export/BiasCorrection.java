package io.retort.distillation.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// Takes the mean error that quantization brings into each channel out of its bias (Nagel et al.
/// 2019, "Data-free quantization through weight equalization and bias correction", section 4.2 and
/// appendix D): layer by layer, with all layers before it quantized and corrected.
final class BiasCorrection {

    /// More change the means little, and each layer asks all of them once.
    private static final int MOST = 128;

    private BiasCorrection() {}

    /// The float graph with the biases that its int8 form should have.
    static GraphProto of(
            GraphProto floats,
            Map<String, Range> ranges,
            Quantization quantization,
            List<Map<String, float[]>> captures)
            throws IOException {
        List<WeightLayer> layers = WeightLayer.of(floats);
        List<Map<String, float[]>> some = Spread.of(captures, MOST);
        Set<String> sums =
                layers.stream()
                        .map(WeightLayer::output)
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        Map<String, double[]> wanted = means(floats, sums, layers, some);
        GraphProto corrected = floats;
        for (WeightLayer layer : layers) {
            Map<String, double[]> got =
                    means(
                            QuantizedGraph.of(corrected, ranges, quantization),
                            Set.of(layer.output()),
                            List.of(layer),
                            some);
            double[] mean = got.get(layer.output());
            if (mean != null) {
                corrected =
                        WeightLayer.replaced(
                                corrected,
                                Map.of(
                                        layer.bias(),
                                        shifted(
                                                WeightLayer.tensor(corrected, layer.bias()),
                                                Objects.requireNonNull(wanted.get(layer.output())),
                                                mean)));
            }
        }
        return corrected;
    }

    private static TensorProto shifted(TensorProto bias, double[] wanted, double[] got) {
        float[] values = Onnx.values(bias);
        for (int channel = 0; channel < values.length; channel++) {
            values[channel] += (float) (wanted[channel] - got[channel]);
        }
        return Onnx.floats(bias.getName(), List.of(values.length), values);
    }

    /// Mean of each channel of each sum, over captures and places.
    private static Map<String, double[]> means(
            GraphProto graph,
            Set<String> sums,
            List<WeightLayer> layers,
            List<Map<String, float[]>> captures)
            throws IOException {
        Map<String, Integer> channels =
                layers.stream()
                        .collect(Collectors.toMap(WeightLayer::output, WeightLayer::outputs));
        Map<String, double[]> means = new HashMap<>();
        Map<String, Integer> seen = new HashMap<>();
        try (Probe probe = new Probe(graph, sums)) {
            probe.look(
                    captures,
                    (sum, values) -> {
                        int count = Objects.requireNonNull(channels.get(sum));
                        int places = values.length / count;
                        double[] total = means.computeIfAbsent(sum, _ -> new double[count]);
                        for (int i = 0; i < values.length; i++) {
                            total[i / places] += (double) values[i] / places;
                        }
                        seen.merge(sum, 1, Integer::sum);
                    });
        }
        means.forEach((sum, total) -> {
            int count = Objects.requireNonNull(seen.get(sum));
            for (int channel = 0; channel < total.length; channel++) {
                total[channel] /= count;
            }
        });
        return means;
    }
}
