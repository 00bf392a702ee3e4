package io.retort.distillation.training;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.Schema;
import io.retort.distillation.sweep.SweepPlan;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.TrainingSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Many students to be trained alike on the same captures and compared. Fields that a [Plan] has
/// too mean the same there, so that a student of the sweep is ordered by its own two.
///
/// @param students names in the family
/// @param imageSides largest sides of images; none keeps the schema's own
/// @param head whose figure decides; null takes the first classification, or else the first head
/// @param settings the same for all
/// @param recipe the same for all
/// @param workers threads that train side by side; null takes as many as the service has
public record SweepOrder(
        Schema schema,
        List<String> modalities,
        HeldOut heldOut,
        List<String> students,
        List<Integer> imageSides,
        @Nullable String head,
        TrainingSettings settings,
        Recipe recipe,
        @Nullable Integer workers,
        @Nullable String teacher)
        implements Order {

    public SweepOrder {
        modalities = List.copyOf(modalities);
        students = List.copyOf(students);
        imageSides = List.copyOf(imageSides);
        Plan.requireModalities(schema, modalities);
        if (head != null && !schema.heads().containsKey(head)) {
            throw new InvalidRecordException(
                    "head", "'%s' is none of %s".formatted(head, schema.heads().keySet()));
        }
        if (!heldOut.any()) {
            throw new InvalidRecordException(
                    "heldOut", "is empty, so nothing could say which student is better");
        }
        plan(
                schema.select(modalities),
                students,
                imageSides,
                head,
                recipe,
                settings,
                workers == null ? 1 : workers);
    }

    @Override
    public Schema studentSchema() {
        return schema.select(modalities);
    }

    /// @param usualWorkers where the order names none
    SweepPlan plan(int usualWorkers) {
        return plan(
                studentSchema(),
                students,
                imageSides,
                head,
                recipe,
                settings,
                workers == null ? usualWorkers : workers);
    }

    private static SweepPlan plan(
            Schema seen,
            List<String> students,
            List<Integer> imageSides,
            @Nullable String head,
            Recipe recipe,
            TrainingSettings settings,
            int workers) {
        SweepPlan plan =
                SweepPlan.of(seen, students, imageSides, recipe, settings).withWorkers(workers);
        return head == null ? plan : plan.withHead(head);
    }
}
