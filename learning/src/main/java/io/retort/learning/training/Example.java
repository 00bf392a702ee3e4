package io.retort.learning.training;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Label;
import io.retort.contract.v1.SoftTarget;
import io.retort.learning.model.Prediction;
import io.retort.learning.samples.Sample;
import io.retort.preprocessing.Preprocessing;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One capture, ready to learn from.
///
/// @param inputs tensors (CHW) of the modalities present
/// @param targets index of the class, or the regression value, of the heads that are labelled
/// @param knowledge null where no teacher has scored the capture
public record Example(
        String id,
        String group,
        Map<String, float[]> inputs,
        Map<String, Float> targets,
        @Nullable Knowledge knowledge) {

    public Example {
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
        targets = Collections.unmodifiableMap(new LinkedHashMap<>(targets));
    }

    /// The same capture as another teacher, or none, sees it.
    public Example taught(@Nullable Knowledge other) {
        return new Example(id, group, inputs, targets, other);
    }

    /// The same capture before anyone has annotated it.
    public Example unlabelled() {
        return new Example(id, group, inputs, Map.of(), knowledge);
    }

    public boolean labelled() {
        return !targets.isEmpty();
    }

    /// Labels of heads that the schema does not name are left alone, as its modalities are.
    ///
    /// @throws InvalidRecordException naming the field that does not fit the preprocessing's schema
    public static Example of(Sample sample, Preprocessing preprocessing) {
        Schema schema = preprocessing.schema();
        Map<String, Float> targets = new LinkedHashMap<>();
        schema.heads()
                .forEach((name, head) -> {
                    Label label = sample.labels().get(name);
                    if (label != null) {
                        targets.put(
                                name,
                                switch (head) {
                                    case ClassificationHead c -> category(c, name, label);
                                    case RegressionHead r -> value(r, name, label);
                                });
                    }
                });
        return new Example(
                sample.id(),
                sample.group(),
                preprocessing.tensors(sample.capture()),
                targets,
                knowledge(schema, sample.softTarget()));
    }

    private static float category(ClassificationHead head, String name, Label label) {
        if (label.getKindCase() != Label.KindCase.CATEGORY) {
            throw new InvalidRecordException("labels[" + name + "]", "needs a category");
        }
        return head.index(name, label.getCategory());
    }

    private static float value(RegressionHead head, String name, Label label) {
        if (label.getKindCase() != Label.KindCase.VALUE) {
            throw new InvalidRecordException("labels[" + name + "]", "needs a value");
        }
        double value = label.getValue();
        if (!(value >= head.minimum() && value <= head.maximum())) {
            throw new InvalidRecordException(
                    "labels[" + name + "].value",
                    "is %s, allowed are %s to %s".formatted(value, head.minimum(), head.maximum()));
        }
        return (float) value;
    }

    private static @Nullable Knowledge knowledge(Schema schema, @Nullable SoftTarget target) {
        if (target == null) {
            return null;
        }
        Map<String, float[]> heads = new LinkedHashMap<>();
        schema.heads()
                .forEach((name, head) -> {
                    if (target.containsHeads(name)) {
                        float[] values = floats(target.getHeadsOrThrow(name).getValuesList());
                        if (values.length != head.width()) {
                            throw new InvalidRecordException(
                                    "heads[" + name + "].values",
                                    "has %d values, the schema's head %d"
                                            .formatted(values.length, head.width()));
                        }
                        heads.put(name, values);
                    }
                });
        Map<String, float[]> features = new LinkedHashMap<>();
        target.getFeaturesMap()
                .forEach((name, vector) -> features.put(name, floats(vector.getValuesList())));
        Map<String, Prediction.Attention> attention = new LinkedHashMap<>();
        target.getAttentionMap()
                .forEach((name, map) ->
                        attention.put(
                                name,
                                new Prediction.Attention(
                                        map.getHeight(),
                                        map.getWidth(),
                                        floats(map.getValuesList()))));
        return new Knowledge(heads, features, attention);
    }

    private static float[] floats(List<Float> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return floats;
    }
}
