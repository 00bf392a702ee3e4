package io.retort.learning.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.retort.learning.architecture.Architecture;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A trained network that answers. Safe for use by many threads; owns native memory until closed.
public final class MultimodalModel implements AutoCloseable {

    private static final int LARGEST_BATCH = 64;

    private final Network network;

    public MultimodalModel(Architecture architecture, Weights weights) {
        this.network = new Network(architecture, weights, false);
    }

    /// Head outputs alone, of a network that is asked this once.
    public static List<Map<String, float[]>> heads(
            Architecture architecture, Weights weights, List<Map<String, float[]>> inputs) {
        try (MultimodalModel model = new MultimodalModel(architecture, weights)) {
            return model.predict(inputs).stream().map(Prediction::heads).toList();
        }
    }

    public Architecture architecture() {
        return network.architecture();
    }

    /// @param inputs per capture, the tensors (CHW) of the modalities that it carries
    public List<Prediction> predict(List<Map<String, float[]>> inputs) {
        List<Prediction> predictions = new ArrayList<>(inputs.size());
        for (int from = 0; from < inputs.size(); from += LARGEST_BATCH) {
            predictBatch(
                    inputs.subList(from, Math.min(inputs.size(), from + LARGEST_BATCH)),
                    predictions);
        }
        return predictions;
    }

    private void predictBatch(List<Map<String, float[]>> batch, List<Prediction> predictions) {
        try (NDManager step = Network.newManager()) {
            InputBatch inputs = InputBatch.of(step, network.architecture(), batch);
            Network.Outputs outputs = network.forward(inputs.tensors(), inputs.presence(), null);
            Map<String, float[]> heads = rows(outputs.heads());
            Map<String, float[]> features = rows(outputs.features());
            Map<String, NDArray> attention = new LinkedHashMap<>();
            outputs.spatial().forEach((modality, x) -> attention.put(modality, attention(x)));
            Map<String, float[]> maps = rows(attention);
            for (int i = 0; i < batch.size(); i++) {
                predictions.add(
                        prediction(
                                i, batch.size(), batch.get(i), heads, features, attention, maps));
            }
        }
    }

    private static Prediction prediction(
            int index,
            int size,
            Map<String, float[]> input,
            Map<String, float[]> heads,
            Map<String, float[]> features,
            Map<String, NDArray> attention,
            Map<String, float[]> maps) {
        Map<String, float[]> ownHeads = new LinkedHashMap<>();
        heads.forEach((name, values) -> ownHeads.put(name, row(values, index, size)));
        Map<String, float[]> ownFeatures = new LinkedHashMap<>();
        features.forEach((name, values) -> {
            if (name.equals(Prediction.FUSED) || input.containsKey(name)) {
                ownFeatures.put(name, row(values, index, size));
            }
        });
        Map<String, Prediction.Attention> ownMaps = new LinkedHashMap<>();
        maps.forEach((name, values) -> {
            NDArray map = attention.get(name);
            if (map != null && input.containsKey(name)) {
                ownMaps.put(
                        name,
                        new Prediction.Attention(
                                (int) map.getShape().get(1),
                                (int) map.getShape().get(2),
                                row(values, index, size)));
            }
        });
        return new Prediction(ownHeads, ownFeatures, ownMaps);
    }

    /// batch x channels x h x w to batch x h x w.
    private static NDArray attention(NDArray x) {
        NDArray squared = x.mul(x).mean(new int[] {1});
        NDArray norm = squared.mul(squared).sum(new int[] {1, 2}, true).sqrt();
        return squared.div(norm.maximum(1e-12f));
    }

    private static Map<String, float[]> rows(Map<String, NDArray> arrays) {
        Map<String, float[]> rows = new LinkedHashMap<>();
        arrays.forEach((name, array) -> rows.put(name, array.toFloatArray()));
        return rows;
    }

    private static float[] row(float[] values, int index, int rows) {
        int width = values.length / rows;
        return java.util.Arrays.copyOfRange(values, index * width, (index + 1) * width);
    }

    @Override
    public void close() {
        network.close();
    }
}
