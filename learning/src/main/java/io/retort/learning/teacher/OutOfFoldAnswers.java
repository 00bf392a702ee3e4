package io.retort.learning.teacher;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Schema;
import io.retort.learning.evaluation.Evaluation;
import io.retort.learning.evaluation.Reliability;
import io.retort.learning.evaluation.Temperature;
import io.retort.learning.training.Example;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What members said of the examples in their own folds.
///
/// @param examples those in folds
/// @param outputs uncalibrated head outputs, one per example
record OutOfFoldAnswers(
        Schema schema, Folds folds, List<Example> examples, List<Map<String, float[]>> outputs) {

    private record Scored(float[] logits, int truth, int fold) {}

    /// Null without examples.
    @Nullable OutOfFold evaluate() {
        if (examples.isEmpty()) {
            return null;
        }
        Map<String, OutOfFold.Calibration> calibration = new LinkedHashMap<>();
        schema.heads()
                .forEach((name, head) -> {
                    List<Scored> scored = scored(name);
                    if (head instanceof ClassificationHead && !scored.isEmpty()) {
                        calibration.put(name, calibration(scored));
                    }
                });
        return new OutOfFold(Evaluation.of(schema, examples, outputs), calibration);
    }

    /// Of the examples that have a label.
    private List<Scored> scored(String head) {
        List<Scored> scored = new ArrayList<>();
        for (int i = 0; i < examples.size(); i++) {
            Float target = examples.get(i).targets().get(head);
            if (target != null) {
                scored.add(
                        new Scored(
                                Objects.requireNonNull(outputs.get(i).get(head)),
                                target.intValue(),
                                Objects.requireNonNull(
                                        folds.dealt().get(examples.get(i).group()))));
            }
        }
        return scored;
    }

    private OutOfFold.Calibration calibration(List<Scored> scored) {
        double[] one = new double[folds.members()];
        double[] others = new double[folds.members()];
        for (int fold = 0; fold < others.length; fold++) {
            int own = fold;
            one[fold] = 1;
            others[fold] = fit(scored.stream().filter(s -> s.fold() != own).toList());
        }
        return new OutOfFold.Calibration(
                fit(scored), reliability(scored, one), reliability(scored, others));
    }

    private static double fit(List<Scored> scored) {
        return Temperature.fit(scored.stream().map(Scored::logits).toList(), truths(scored));
    }

    /// @param temperatures by fold
    private static Reliability reliability(List<Scored> scored, double[] temperatures) {
        return Reliability.of(
                scored.stream()
                        .map(s -> Temperature.softmax(s.logits(), temperatures[s.fold()]))
                        .toArray(double[][]::new),
                truths(scored));
    }

    private static int[] truths(List<Scored> scored) {
        return scored.stream().mapToInt(Scored::truth).toArray();
    }
}
