package io.retort.learning.continual;

import io.retort.learning.model.Weights;
import io.retort.learning.training.QuadraticPenalty;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What elastic weight consolidation keeps of the tasks so far: where the weights came to rest and
/// how much each mattered.
///
/// - [Mode#SEPARATE]: an anchor and an importance of each task (Kirkpatrick et al. 2017, eq. 3).
/// - [Mode#ONLINE]: one anchor, the last task's weights, and one importance that older tasks fade
///   from (Schwarz et al. 2018, eq. 9). An anchor that stayed at the first task's weights would
///   pull every later task back to where it knew nothing of the second.
///
/// @param decay share of the old importance in the new one, `decay old + (1 - decay) task`; of
///   [Mode#ONLINE] alone
public record Consolidation(Mode mode, double decay, List<Anchor> anchors) {

    /// The article's.
    public static final double DECAY = 0.9;

    private static final String ANCHOR = "anchor.";
    private static final String IMPORTANCE = "importance.";

    /// How many anchors there are.
    public enum Mode {
        SEPARATE,
        ONLINE
    }

    /// Values where a task left them, by the parameters that matter.
    record Anchor(Map<String, float[]> values, Importance importance) {

        Anchor {
            Map<String, float[]> copies = new LinkedHashMap<>();
            values.forEach((name, value) -> copies.put(name, value.clone()));
            values = Collections.unmodifiableMap(copies);
        }
    }

    public Consolidation {
        anchors = List.copyOf(anchors);
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException("decay: " + decay + " is not in [0, 1)");
        }
    }

    /// Before the first task.
    public static Consolidation of(Mode mode, double decay) {
        return new Consolidation(mode, decay, List.of());
    }

    /// After one more task.
    ///
    /// @param weights that it ended with
    /// @param importance of its parameters, each of `weights`
    public Consolidation after(Weights weights, Importance importance) {
        Importance blended =
                mode == Mode.ONLINE && !anchors.isEmpty()
                        ? anchors.getFirst().importance().blended(importance, decay)
                        : importance;
        Map<String, float[]> values = new LinkedHashMap<>();
        blended.values().keySet().forEach(name -> values.put(name, weights.tensor(name).values()));
        List<Anchor> next =
                switch (mode) {
                    case ONLINE -> new ArrayList<>();
                    case SEPARATE -> new ArrayList<>(anchors);
                };
        next.add(new Anchor(values, blended));
        return new Consolidation(mode, decay, next);
    }

    /// What the next task's training adds to its loss; nothing before the first task is over.
    ///
    /// @param strength lambda of Kirkpatrick et al., eq. 3; importances of one task have mean 1
    public List<QuadraticPenalty> penalties(double strength) {
        return anchors.stream()
                .map(anchor ->
                        new QuadraticPenalty(
                                anchor.values(), anchor.importance().values(), strength))
                .toList();
    }

    /// For a schema that knows more: what is new matters nothing yet.
    Consolidation grown(Growth growth) {
        return new Consolidation(
                mode,
                decay,
                anchors.stream()
                        .map(anchor ->
                                new Anchor(
                                        growth.parameters(anchor.values()),
                                        new Importance(
                                                growth.parameters(anchor.importance().values()))))
                        .toList());
    }

    /// Anchors alone, in the safetensors format; mode and decay are settings.
    void save(Path file) throws IOException {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < anchors.size(); i++) {
            String prefix = i + ".";
            put(tensors, prefix + ANCHOR, anchors.get(i).values());
            put(tensors, prefix + IMPORTANCE, anchors.get(i).importance().values());
        }
        new Weights(tensors).save(file);
    }

    Consolidation loaded(Path file) throws IOException {
        Map<String, Weights.Tensor> tensors = Weights.load(file).tensors();
        List<Anchor> loaded = new ArrayList<>();
        for (int i = 0; ; i++) {
            Map<String, float[]> values = under(tensors, i + "." + ANCHOR);
            if (values.isEmpty()) {
                return new Consolidation(mode, decay, loaded);
            }
            loaded.add(new Anchor(values, new Importance(under(tensors, i + "." + IMPORTANCE))));
        }
    }

    private static void put(
            Map<String, Weights.Tensor> tensors, String prefix, Map<String, float[]> values) {
        values.forEach((name, value) ->
                tensors.put(prefix + name, new Weights.Tensor(List.of(value.length), value)));
    }

    private static Map<String, float[]> under(Map<String, Weights.Tensor> tensors, String prefix) {
        Map<String, float[]> values = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                values.put(name.substring(prefix.length()), tensor.values());
            }
        });
        return values;
    }
}
