package io.retort.learning.evaluation;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.learning.model.Prediction;
import io.retort.learning.training.Example;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How often, or how closely, a model's answers meet the annotations of held-out examples.
///
/// @param samples examples looked at
/// @param heads by head name; a head that no example has a label for is left out
public record Evaluation(int samples, Map<String, HeadEvaluation> heads) {

    public Evaluation {
        heads = Collections.unmodifiableMap(new LinkedHashMap<>(heads));
    }

    /// @param outputs per example, the head outputs (logits, or one value) by head name
    public static Evaluation of(
            Schema schema, List<Example> examples, List<Map<String, float[]>> outputs) {
        requireSameSize(examples, outputs);
        Map<String, HeadEvaluation> heads = new LinkedHashMap<>();
        for (Map.Entry<String, Head> head : schema.heads().entrySet()) {
            List<Float> targets = new ArrayList<>();
            List<float[]> answers = new ArrayList<>();
            for (int i = 0; i < examples.size(); i++) {
                Float target = examples.get(i).targets().get(head.getKey());
                float[] answer = outputs.get(i).get(head.getKey());
                if (target != null && answer != null) {
                    targets.add(target);
                    answers.add(answer);
                }
            }
            if (!targets.isEmpty()) {
                heads.put(head.getKey(), evaluate(head.getValue(), targets, answers));
            }
        }
        return new Evaluation(examples.size(), heads);
    }

    /// The best that answers the same for every example: the commonest class, the mean value.
    public static Evaluation constant(
            Schema schema, List<Example> training, List<Example> examples) {
        Map<String, float[]> answer = new LinkedHashMap<>();
        schema.heads()
                .forEach((name, head) -> {
                    float[] sums = new float[head.width()];
                    int n = 0;
                    for (Example example : training) {
                        Float target = example.targets().get(name);
                        if (target != null) {
                            n++;
                            switch (head) {
                                case ClassificationHead _ -> sums[target.intValue()]++;
                                case RegressionHead _ -> sums[0] += target;
                            }
                        }
                    }
                    if (n > 0) {
                        if (head instanceof RegressionHead) {
                            sums[0] /= n;
                        }
                        answer.put(name, sums);
                    }
                });
        return of(schema, examples, Collections.nCopies(examples.size(), answer));
    }

    /// Which classes a classification head took for which, over the examples that have a label and
    /// an answer; possibly none.
    public static Confusion confusion(
            Schema schema,
            String head,
            List<Example> examples,
            List<Map<String, float[]>> outputs) {
        List<String> classes = classification(schema, head).classes();
        Answers answers = Answers.of(head, examples, outputs);
        int[] winners = answers.logits().stream().mapToInt(Prediction::winner).toArray();
        return Confusion.of(classes, answers.truths(), winners);
    }

    /// Whether a classification head's softmax means what it says, over the examples that have a
    /// label and an answer; empty if none has.
    public static Optional<Reliability> reliability(
            Schema schema,
            String head,
            List<Example> examples,
            List<Map<String, float[]>> outputs) {
        classification(schema, head);
        Answers answers = Answers.of(head, examples, outputs);
        if (answers.logits().isEmpty()) {
            return Optional.empty();
        }
        double[][] probabilities =
                answers.logits().stream()
                        .map(logits -> Temperature.softmax(logits, 1))
                        .toArray(double[][]::new);
        return Optional.of(Reliability.of(probabilities, answers.truths()));
    }

    private static ClassificationHead classification(Schema schema, String head) {
        return switch (schema.head(head)) {
            case ClassificationHead classification -> classification;
            case RegressionHead _ ->
                    throw new IllegalArgumentException("head '" + head + "' has no classes");
        };
    }

    private record Answers(List<float[]> logits, int[] truths) {

        static Answers of(String head, List<Example> examples, List<Map<String, float[]>> outputs) {
            requireSameSize(examples, outputs);
            List<float[]> logits = new ArrayList<>();
            List<Integer> truths = new ArrayList<>();
            for (int i = 0; i < examples.size(); i++) {
                Float target = examples.get(i).targets().get(head);
                float[] answer = outputs.get(i).get(head);
                if (target != null && answer != null) {
                    logits.add(answer);
                    truths.add(target.intValue());
                }
            }
            return new Answers(logits, truths.stream().mapToInt(Integer::intValue).toArray());
        }
    }

    private static void requireSameSize(
            List<Example> examples, List<Map<String, float[]>> outputs) {
        if (examples.size() != outputs.size()) {
            throw new IllegalArgumentException(
                    "%d examples, %d outputs".formatted(examples.size(), outputs.size()));
        }
    }

    private static HeadEvaluation evaluate(Head head, List<Float> targets, List<float[]> answers) {
        return switch (head) {
            case ClassificationHead _ -> {
                int correct = 0;
                for (int i = 0; i < targets.size(); i++) {
                    if (Prediction.winner(answers.get(i)) == targets.get(i).intValue()) {
                        correct++;
                    }
                }
                yield HeadEvaluation.accuracy(correct, targets.size());
            }
            case RegressionHead r -> {
                double[] errors = new double[targets.size()];
                for (int i = 0; i < errors.length; i++) {
                    double clipped = Math.clamp(answers.get(i)[0], r.minimum(), r.maximum());
                    errors[i] = Math.abs(clipped - targets.get(i));
                }
                yield HeadEvaluation.absoluteError(errors);
            }
        };
    }
}
