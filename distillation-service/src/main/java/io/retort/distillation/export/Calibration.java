package io.retort.distillation.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Measures the range that each tensor of a float graph takes over real captures.
final class Calibration {

    /// Captures at a time; every intermediate tensor of that many is held at once.
    private static final int BATCH = 16;

    private final Set<String> tensors;
    private final Map<String, String> modalities = new LinkedHashMap<>();
    private final Map<String, float[]> extremes = new LinkedHashMap<>();

    private Calibration(GraphProto graph, Set<String> tensors) {
        this.tensors = tensors;
        for (ValueInfoProto input : graph.getInputList()) {
            String modality = input.getName();
            String prefix = FloatGraph.encoder(modality);
            for (String tensor : tensors) {
                if (tensor.equals(modality) || tensor.startsWith(prefix)) {
                    modalities.put(tensor, modality);
                }
            }
        }
    }

    /// Least and greatest value of each tensor. What an encoder makes of an absent modality is
    /// masked, so it does not count.
    ///
    /// @param inputs per capture, the tensors (CHW) of the modalities that it carries
    static Map<String, Range> ranges(
            GraphProto graph, Set<String> tensors, List<Map<String, float[]>> inputs)
            throws IOException {
        Calibration calibration = new Calibration(graph, tensors);
        byte[] exposed = Onnx.model(exposing(graph, tensors), Map.of());
        try (OnnxModel model = OnnxModel.of(exposed, "the calibration copy")) {
            for (int from = 0; from < inputs.size(); from += BATCH) {
                List<Map<String, float[]>> batch =
                        inputs.subList(from, Math.min(inputs.size(), from + BATCH));
                List<Map<String, float[]>> values = model.run(batch);
                for (int i = 0; i < batch.size(); i++) {
                    calibration.see(batch.get(i), values.get(i));
                }
            }
        }
        return calibration.ranges();
    }

    /// The graph with its inner tensors as further outputs.
    private static GraphProto exposing(GraphProto graph, Set<String> tensors) {
        Set<String> inputs = new HashSet<>();
        graph.getInputList().forEach(input -> inputs.add(input.getName()));
        GraphProto.Builder exposed = graph.toBuilder();
        tensors.stream()
                .filter(tensor -> !inputs.contains(tensor))
                .forEach(tensor -> exposed.addOutput(Onnx.value(tensor)));
        return exposed.build();
    }

    private void see(Map<String, float[]> capture, Map<String, float[]> values) {
        for (String tensor : tensors) {
            String modality = modalities.get(tensor);
            if (modality == null || capture.containsKey(modality)) {
                float @Nullable [] seen = capture.get(tensor);
                see(tensor, seen == null ? values.get(tensor) : seen);
            }
        }
    }

    private void see(String tensor, float @Nullable [] values) {
        if (values == null) {
            throw new IllegalArgumentException("no values of " + tensor);
        }
        float[] extreme = extremes.computeIfAbsent(tensor, _ -> new float[2]);
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException(
                        "calibration: %s holds %s".formatted(tensor, value));
            }
            extreme[0] = Math.min(extreme[0], value);
            extreme[1] = Math.max(extreme[1], value);
        }
    }

    private Map<String, Range> ranges() {
        Map<String, Range> ranges = new LinkedHashMap<>();
        for (String tensor : tensors) {
            float[] extreme = extremes.get(tensor);
            if (extreme == null) {
                throw new IllegalArgumentException(
                        "calibration: no capture carries " + modalities.get(tensor));
            }
            ranges.put(tensor, Range.of(extreme[0], extreme[1]));
        }
        return ranges;
    }
}
