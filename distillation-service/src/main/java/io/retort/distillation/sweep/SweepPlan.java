package io.retort.distillation.sweep;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.TrainingSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// What is swept: every student at every image size, each trained alike.
///
/// @param schema what students see and answer
/// @param students names in the family
/// @param imageSides pixels of an image's longer side; none keeps the schema's own sizes
/// @param head whose figure decides
/// @param settings the same for all, the seed too
/// @param workers threads that train side by side
/// @param calls of each int8 file that are timed
/// @param metadata of the exported files, as [io.retort.distillation.export.Export] takes it
public record SweepPlan(
        Schema schema,
        List<String> students,
        List<Integer> imageSides,
        String head,
        Recipe recipe,
        TrainingSettings settings,
        int workers,
        int calls,
        Map<String, String> metadata) {

    private static final int MOST_SIDES = 16;
    private static final int MOST_WORKERS = 64;
    private static final int MOST_CALLS = 100_000;

    public SweepPlan {
        students = List.copyOf(students);
        imageSides = List.copyOf(imageSides);
        metadata = Map.copyOf(metadata);
        requireBetween("students", students.size(), 1, Architectures.names().size());
        for (int i = 0; i < students.size(); i++) {
            if (!Architectures.names().contains(students.get(i))) {
                throw new InvalidRecordException(
                        "students[" + i + "]",
                        "'%s' is not one of %s"
                                .formatted(
                                        students.get(i), String.join(", ", Architectures.names())));
            }
        }
        requireDistinct("students", students);
        requireBetween("imageSides", imageSides.size(), 0, MOST_SIDES);
        requireDistinct("imageSides", imageSides);
        for (int side : imageSides) {
            schema.resized(side);
        }
        if (!imageSides.isEmpty()
                && schema.modalities().values().stream()
                        .noneMatch(ImageModality.class::isInstance)) {
            throw new InvalidRecordException(
                    "imageSides", "schema " + schema.name() + " has no image to resize");
        }
        schema.head(head);
        requireBetween("workers", workers, 1, MOST_WORKERS);
        requireBetween("calls", calls, 1, MOST_CALLS);
    }

    /// Two workers, 500 calls, judged by the first classification head, or else by the first head.
    public static SweepPlan of(
            Schema schema,
            List<String> students,
            List<Integer> imageSides,
            Recipe recipe,
            TrainingSettings settings) {
        return new SweepPlan(
                schema, students, imageSides, decisive(schema), recipe, settings, 2, 500, Map.of());
    }

    public SweepPlan withHead(String other) {
        return new SweepPlan(
                schema, students, imageSides, other, recipe, settings, workers, calls, metadata);
    }

    public SweepPlan withWorkers(int other) {
        return new SweepPlan(
                schema, students, imageSides, head, recipe, settings, other, calls, metadata);
    }

    public SweepPlan withCalls(int other) {
        return new SweepPlan(
                schema, students, imageSides, head, recipe, settings, workers, other, metadata);
    }

    public SweepPlan withMetadata(Map<String, String> other) {
        return new SweepPlan(
                schema, students, imageSides, head, recipe, settings, workers, calls, other);
    }

    /// In the order of the rows: size by size, so that few sizes' tensors are in memory at once.
    public List<Candidate> candidates() {
        List<Candidate> candidates = new ArrayList<>();
        if (imageSides.isEmpty()) {
            students.forEach(student -> candidates.add(new Candidate(student, null)));
        }
        for (int side : imageSides) {
            students.forEach(student -> candidates.add(new Candidate(student, side)));
        }
        return candidates;
    }

    private static String decisive(Schema schema) {
        return schema.heads().entrySet().stream()
                .filter(head -> head.getValue() instanceof ClassificationHead)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseGet(() -> schema.heads().keySet().iterator().next());
    }

    private static void requireBetween(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidRecordException(
                    field, "is or has %d, allowed are %d to %d".formatted(value, least, most));
        }
    }

    private static void requireDistinct(String field, List<?> values) {
        if (new HashSet<>(values).size() < values.size()) {
            throw new InvalidRecordException(field, "one is named twice");
        }
    }
}
