package io.retort.distillation.training;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.Schema;
import io.retort.distillation.card.CardSettings;
import io.retort.distillation.gate.GateSettings;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.training.Recipe;
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
/// @param student name of the family's member
/// @param imageSide largest side of the images that the student sees; null leaves the schema's
/// @param recipe to distil by
/// @param prune whether the recipe's terms are judged one by one too
/// @param gate decides whether what is distilled is published; null picks rounds by the labels
/// @param warmStart an earlier job's id, or `model@version`, whose student's encoders this one
///   starts from; null starts from random weights
/// @param card what the model card may cost; as usual where a job kept from earlier lacks it
/// @param alias moved to the new version; null moves none
/// @param teacher version whose soft targets alone are learnt from; null takes every teacher's
public record Plan(
        String model,
        Schema schema,
        List<String> modalities,
        HeldOut heldOut,
        String student,
        @Nullable Integer imageSide,
        TrainingSettings settings,
        Recipe recipe,
        boolean prune,
        @Nullable GateSettings gate,
        @Nullable String warmStart,
        CardSettings card,
        @Nullable String alias,
        @Nullable String teacher)
        implements Order {

    public Plan {
        Schema.requireName("model", model);
        if (alias != null) {
            Schema.requireName("alias", alias);
        }
        card = card == null ? CardSettings.usual() : card;
        modalities = List.copyOf(modalities);
        requireModalities(schema, modalities);
        if (!Architectures.names().contains(student)) {
            throw new InvalidRecordException(
                    "student", "'%s' is none of %s".formatted(student, Architectures.names()));
        }
        studentSchema(schema, modalities, imageSide);
        if (warmStart != null) {
            Donor.parse(warmStart);
        }
    }

    /// Whose encoders the student starts from; null where the seed alone decides.
    public @Nullable Donor donor() {
        return warmStart == null ? null : Donor.parse(warmStart);
    }

    @Override
    public Schema studentSchema() {
        return studentSchema(schema, modalities, imageSide);
    }

    /// @throws InvalidRecordException naming the field `modalities`
    static void requireModalities(Schema schema, List<String> modalities) {
        if (modalities.isEmpty()) {
            throw new InvalidRecordException("modalities", "is empty");
        }
        if (new HashSet<>(modalities).size() < modalities.size()) {
            throw new InvalidRecordException("modalities", "one is named twice");
        }
        modalities.forEach(schema::modality);
    }

    private static Schema studentSchema(
            Schema schema, List<String> modalities, @Nullable Integer imageSide) {
        Schema seen = schema.select(modalities);
        return imageSide == null ? seen : seen.resized(imageSide);
    }
}
