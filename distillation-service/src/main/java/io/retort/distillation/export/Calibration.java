package io.retort.distillation.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Measures the range that each tensor of a float graph takes over real captures.
final class Calibration {

    /// Captures at a time; every intermediate tensor of that many is held at once.
    private static final int BATCH = 16;

    private final Set<String> tensors;
    private final Map<String, String> modalities = new LinkedHashMap<>();
    private final Map<String, float[]> extremes = new LinkedHashMap<>();
    private final Map<String, Histogram> histograms = new LinkedHashMap<>();

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

    /// The range of each tensor: a first pass finds its ends, a second one counts what lies
    /// between. What an encoder makes of an absent modality is masked, so it does not count.
    ///
    /// @param inputs per capture, the tensors (CHW) of the modalities that it carries
    static Map<String, Range> ranges(
            GraphProto graph,
            Set<String> tensors,
            List<Map<String, float[]>> inputs,
            Calibrator calibrator)
            throws IOException {
        Calibration calibration = new Calibration(graph, tensors);
        byte[] exposed = Onnx.model(exposing(graph, tensors), Map.of());
        try (OnnxModel model = OnnxModel.of(exposed, "the calibration copy")) {
            calibration.run(model, inputs, calibration::widen);
            calibration.requireAll();
            if (calibrator != Calibrator.MIN_MAX) {
                calibration.run(model, inputs, calibration::count);
            }
        }
        return calibration.ranges(calibrator);
    }

    private void run(
            OnnxModel model, List<Map<String, float[]>> inputs, BiConsumer<String, float[]> see) {
        for (int from = 0; from < inputs.size(); from += BATCH) {
            List<Map<String, float[]>> batch =
                    inputs.subList(from, Math.min(inputs.size(), from + BATCH));
            List<Map<String, float[]>> values = model.run(batch);
            for (int i = 0; i < batch.size(); i++) {
                see(batch.get(i), values.get(i), see);
            }
        }
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

    private void see(
            Map<String, float[]> capture,
            Map<String, float[]> values,
            BiConsumer<String, float[]> see) {
        for (String tensor : tensors) {
            String modality = modalities.get(tensor);
            if (modality == null || capture.containsKey(modality)) {
                float @Nullable [] given = capture.get(tensor);
                float @Nullable [] seen = given == null ? values.get(tensor) : given;
                if (seen == null) {
                    throw new IllegalArgumentException("no values of " + tensor);
                }
                see.accept(tensor, seen);
            }
        }
    }

    private void count(String tensor, float[] values) {
        Histogram histogram =
                histograms.computeIfAbsent(
                        tensor,
                        _ -> {
                            float[] extreme = Objects.requireNonNull(extremes.get(tensor));
                            return Histogram.over(extreme[0], extreme[1]);
                        });
        for (float value : values) {
            histogram.add(value);
        }
    }

    private void widen(String tensor, float[] values) {
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

    private void requireAll() {
        for (String tensor : tensors) {
            if (!extremes.containsKey(tensor)) {
                throw new IllegalArgumentException(
                        "calibration: no capture carries " + modalities.get(tensor));
            }
        }
    }

    private Map<String, Range> ranges(Calibrator calibrator) {
        Map<String, Range> ranges = new LinkedHashMap<>();
        for (String tensor : tensors) {
            float[] extreme = Objects.requireNonNull(extremes.get(tensor));
            ranges.put(
                    tensor,
                    calibrator.range(
                            histograms.getOrDefault(
                                    tensor, Histogram.over(extreme[0], extreme[1]))));
        }
        return ranges;
    }
}
