package io.retort.distillation.card;

import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.Schema;
import io.retort.distillation.evaluation.Examination;
import io.retort.distillation.export.OnnxModel;
import io.retort.distillation.gate.Curve;
import io.retort.learning.evaluation.Condition;
import io.retort.learning.evaluation.Evaluation;
import io.retort.learning.training.Example;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What was seen of a release, before anything is concluded from it.
///
/// @param answers by model, one a held-out example: head outputs by head, none where the model said
///   nothing
/// @param slices by condition, then by file; empty where the student sees no image
/// @param budgets by size, without the published student
/// @param curves of the final trainings, by candidate
public record Evidence(
        Schema schema,
        List<Example> training,
        List<Example> heldOut,
        Map<String, List<Map<String, float[]>>> answers,
        Map<Condition, Map<String, Evaluation>> slices,
        List<Budget> budgets,
        Map<String, Curve> curves) {

    static final String FP32 = "fp32";
    static final String INT8 = "int8";
    static final String TWIN = "twin";
    static final String TEACHER = "teacher";

    public Evidence {
        answers = Collections.unmodifiableMap(new LinkedHashMap<>(answers));
        curves = Collections.unmodifiableMap(new LinkedHashMap<>(curves));
    }

    /// Asks both files once more under every condition.
    ///
    /// @param answers on the held-out captures as they are
    /// @param twins whether the twin is another student than the published one
    public static Evidence of(
            Schema schema,
            List<Example> training,
            List<Example> heldOut,
            Path fp32,
            Path int8,
            Examination.Answers answers,
            boolean twins,
            List<Budget> budgets,
            Map<String, Curve> curves)
            throws IOException {
        Map<String, List<Map<String, float[]>>> byModel = new LinkedHashMap<>();
        byModel.put(FP32, answers.fp32());
        byModel.put(INT8, answers.int8());
        Map<Condition, Map<String, Evaluation>> slices = new EnumMap<>(Condition.class);
        if (schema.modalities().values().stream().anyMatch(ImageModality.class::isInstance)) {
            Map<String, Evaluation> clean = new LinkedHashMap<>();
            byModel.forEach((file, own) -> clean.put(file, Evaluation.of(schema, heldOut, own)));
            slices.put(Condition.CLEAN, clean);
            disturbed(schema, heldOut, FP32, fp32, slices);
            disturbed(schema, heldOut, INT8, int8, slices);
        }
        if (twins && answers.twin() != null) {
            byModel.put(TWIN, answers.twin());
        }
        if (heldOut.stream().anyMatch(example -> example.knowledge() != null)) {
            byModel.put(TEACHER, heldOut.stream().map(Evidence::taught).toList());
        }
        return new Evidence(schema, training, heldOut, byModel, slices, budgets, curves);
    }

    private static void disturbed(
            Schema schema,
            List<Example> heldOut,
            String name,
            Path file,
            Map<Condition, Map<String, Evaluation>> slices)
            throws IOException {
        try (OnnxModel model = OnnxModel.open(file)) {
            for (Condition condition : EnumSet.complementOf(EnumSet.of(Condition.CLEAN))) {
                slices.computeIfAbsent(condition, _ -> new LinkedHashMap<>())
                        .put(
                                name,
                                Evaluation.of(
                                        schema,
                                        heldOut,
                                        model.run(inputs(schema, heldOut, condition))));
            }
        }
    }

    List<Map<String, float[]>> answers(String model) {
        return Objects.requireNonNull(answers.get(model), model);
    }

    /// Objects behind the held-out captures.
    int objects() {
        return (int) heldOut.stream().map(Example::group).distinct().count();
    }

    private static Map<String, float[]> taught(Example example) {
        return example.knowledge() == null ? Map.of() : example.knowledge().heads();
    }

    private static List<Map<String, float[]>> inputs(
            Schema schema, List<Example> examples, Condition condition) {
        return examples.stream()
                .map(e -> condition.apply(schema, e.inputs(), e.id().hashCode()))
                .toList();
    }
}
