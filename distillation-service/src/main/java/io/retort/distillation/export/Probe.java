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

/// Looks at what inner tensors of a graph hold while it answers. Owns native memory until closed.
final class Probe implements AutoCloseable {

    /// Captures at a time; every tensor looked at is held for that many at once.
    private static final int BATCH = 16;

    private final Set<String> tensors;
    private final Map<String, String> modalities = new LinkedHashMap<>();
    private final OnnxModel model;

    Probe(GraphProto graph, Set<String> tensors) throws IOException {
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
        model = OnnxModel.of(Onnx.model(exposing(graph, tensors), Map.of()), "the probed graph");
    }

    /// The modality that an encoder's tensor is made of; of tensors behind the fusion, "any".
    String modality(String tensor) {
        return modalities.getOrDefault(tensor, "any");
    }

    /// Shows each tensor, capture by capture. What an encoder makes of an absent modality is
    /// masked, so it is not shown.
    ///
    /// @param captures the tensors (CHW) of the modalities that each carries
    void look(List<Map<String, float[]>> captures, BiConsumer<String, float[]> see) {
        for (int from = 0; from < captures.size(); from += BATCH) {
            List<Map<String, float[]>> batch =
                    captures.subList(from, Math.min(captures.size(), from + BATCH));
            List<Map<String, float[]>> values = model.run(batch);
            for (int i = 0; i < batch.size(); i++) {
                look(batch.get(i), values.get(i), see);
            }
        }
    }

    private void look(
            Map<String, float[]> capture,
            Map<String, float[]> values,
            BiConsumer<String, float[]> see) {
        for (String tensor : tensors) {
            String modality = modalities.get(tensor);
            if (modality == null || capture.containsKey(modality)) {
                see.accept(
                        tensor,
                        Objects.requireNonNull(
                                capture.containsKey(tensor)
                                        ? capture.get(tensor)
                                        : values.get(tensor),
                                tensor));
            }
        }
    }

    /// The graph with its inner tensors as further outputs.
    private static GraphProto exposing(GraphProto graph, Set<String> tensors) {
        Set<String> outside = new HashSet<>();
        graph.getInputList().forEach(input -> outside.add(input.getName()));
        graph.getOutputList().forEach(output -> outside.add(output.getName()));
        GraphProto.Builder exposed = graph.toBuilder();
        tensors.stream()
                .filter(tensor -> !outside.contains(tensor))
                .forEach(tensor -> exposed.addOutput(Onnx.value(tensor)));
        return exposed.build();
    }

    @Override
    public void close() {
        model.close();
    }
}
