package io.retort.distillation.training;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.Schema;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.training.Objective;
import io.retort.learning.training.TrainingSettings;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that decides, with the samples, what a job makes.
///
/// @param model name in the registry
/// @param schema whose captures are learnt from; it fits the teacher too
/// @param modalities that the student sees
/// @param heldOut groups that evaluate and never train
/// @param alias moved to the new version; null moves none
/// @param teacher version whose soft targets alone are learnt from; null takes every teacher's
public record Plan(
        String model,
        Schema schema,
        List<String> modalities,
        HeldOut heldOut,
        TrainingSettings settings,
        Objective objective,
        @Nullable String alias,
        @Nullable String teacher) {

    public Plan {
        Schema.requireName("model", model);
        if (alias != null) {
            Schema.requireName("alias", alias);
        }
        modalities = List.copyOf(modalities);
        if (modalities.isEmpty()) {
            throw new InvalidRecordException("modalities", "is empty");
        }
        if (new HashSet<>(modalities).size() < modalities.size()) {
            throw new InvalidRecordException("modalities", "one is named twice");
        }
        modalities.forEach(schema::modality);
    }

    /// What the student sees and answers.
    public Schema studentSchema() {
        return schema.select(modalities);
    }
}
