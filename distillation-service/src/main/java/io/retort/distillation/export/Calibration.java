package io.retort.distillation.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Measures the range that each tensor of a float graph takes over real captures.
final class Calibration {

    private final Map<String, float[]> extremes = new LinkedHashMap<>();
    private final Map<String, Histogram> histograms = new LinkedHashMap<>();

    private Calibration() {}

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
        Calibration calibration = new Calibration();
        try (Probe probe = new Probe(graph, tensors)) {
            probe.look(inputs, calibration::widen);
            for (String tensor : tensors) {
                if (!calibration.extremes.containsKey(tensor)) {
                    throw new IllegalArgumentException(
                            "calibration: no capture carries " + probe.modality(tensor));
                }
            }
            if (calibrator != Calibrator.MIN_MAX) {
                probe.look(inputs, calibration::count);
            }
        }
        Map<String, Range> ranges = new LinkedHashMap<>();
        for (String tensor : tensors) {
            ranges.put(
                    tensor,
                    calibrator.range(
                            calibration.histograms.getOrDefault(
                                    tensor, calibration.empty(tensor))));
        }
        return ranges;
    }

    private void count(String tensor, float[] values) {
        Histogram histogram = histograms.computeIfAbsent(tensor, this::empty);
        for (float value : values) {
            histogram.add(value);
        }
    }

    private Histogram empty(String tensor) {
        float[] extreme = Objects.requireNonNull(extremes.get(tensor));
        return Histogram.over(extreme[0], extreme[1]);
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
}
