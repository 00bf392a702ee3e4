package io.retort.learning.teacher;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.evaluation.Temperature;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Prediction;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Assignment;
import io.retort.learning.training.Example;
import io.retort.learning.training.GroupFolds;
import io.retort.learning.training.Knowledge;
import io.retort.learning.training.Progress;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.Training;
import io.retort.learning.training.TrainingSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// k networks, each fitted without one of k folds of the annotated groups (cross-fitting:
/// Chernozhukov et al. 2018). A capture whose group was annotated is answered by the one network
/// that did not see the group, so a teacher never scores what it was fitted on; any other capture
/// by the mean of all (Lakshminarayanan, Pritzel & Blundell 2017). Logits are calibrated by one
/// temperature a head, fitted on the former answers.
///
/// Features and attention come from the first network for every capture: different networks'
/// features lie in different spaces.
public final class TeacherEnsemble {

    private static final double LEAST = 1e-7;

    private final Schema schema;
    private final Architecture architecture;
    private final List<Weights> members;

    /// The member that did not see the group.
    private final Map<String, Integer> unseenBy;

    private final Map<String, Double> temperatures;

    private TeacherEnsemble(
            Schema schema,
            Architecture architecture,
            List<Weights> members,
            Map<String, Integer> unseenBy,
            Map<String, Double> temperatures) {
        this.schema = schema;
        this.architecture = architecture;
        this.members = List.copyOf(members);
        this.unseenBy = Map.copyOf(unseenBy);
        this.temperatures = Map.copyOf(temperatures);
    }

    /// @param annotated at least two groups; fewer groups than networks make as many networks
    /// @param progress of all networks as one run
    public static TeacherEnsemble train(
            Schema schema,
            Architecture architecture,
            List<Example> annotated,
            TrainingSettings settings,
            int networks,
            Consumer<Progress> progress,
            BooleanSupplier cancelled) {
        Map<String, Integer> folds = GroupFolds.deal(annotated, networks, settings.seed());
        int k = (int) folds.values().stream().distinct().count();
        if (k < 2) {
            throw new IllegalArgumentException(
                    "a cross-fitted teacher needs annotations of 2 groups, there are "
                            + folds.size());
        }
        List<Weights> members = new ArrayList<>();
        for (int member = 0; member < k; member++) {
            int own = member;
            List<Example> seen =
                    annotated.stream()
                            .filter(e -> Objects.requireNonNull(folds.get(e.group())) != own)
                            .toList();
            members.add(
                    Training.run(
                            Assignment.of(
                                    architecture,
                                    schema,
                                    seen,
                                    Recipe.annotations(),
                                    settings.withSeed(settings.seed() + 7919L * member)),
                            p ->
                                    progress.accept(
                                            new Progress(
                                                    own * p.epochs() + p.epoch(),
                                                    k * p.epochs(),
                                                    p.loss(),
                                                    p.rate(),
                                                    p.examplesPerSecond())),
                            cancelled));
        }
        TeacherEnsemble raw = new TeacherEnsemble(schema, architecture, members, folds, Map.of());
        return new TeacherEnsemble(
                schema, architecture, members, folds, raw.temperatures(annotated));
    }

    /// What it says of each capture; heads are calibrated.
    public List<Knowledge> answers(List<Example> captures) {
        List<List<Prediction>> byMember = new ArrayList<>();
        for (Weights weights : members) {
            try (MultimodalModel model = new MultimodalModel(architecture, weights)) {
                byMember.add(model.predict(captures.stream().map(Example::inputs).toList()));
            }
        }
        List<Knowledge> answers = new ArrayList<>();
        for (int i = 0; i < captures.size(); i++) {
            List<Prediction> asked = new ArrayList<>();
            Integer own = unseenBy.get(captures.get(i).group());
            for (int member = 0; member < members.size(); member++) {
                if (own == null || own == member) {
                    asked.add(byMember.get(member).get(i));
                }
            }
            Prediction first = byMember.getFirst().get(i);
            answers.add(new Knowledge(heads(asked), first.features(), first.attention()));
        }
        return answers;
    }

    private Map<String, float[]> heads(List<Prediction> asked) {
        Map<String, float[]> heads = new LinkedHashMap<>();
        for (Map.Entry<String, Head> head : schema.heads().entrySet()) {
            List<float[]> said =
                    asked.stream()
                            .map(p -> Objects.requireNonNull(p.heads().get(head.getKey())))
                            .toList();
            heads.put(
                    head.getKey(),
                    switch (head.getValue()) {
                        case ClassificationHead _ ->
                                logits(said, temperatures.getOrDefault(head.getKey(), 1.0));
                        case RegressionHead _ -> new float[] {mean(said)};
                    });
        }
        return heads;
    }

    /// Logarithms of the mean of the probabilities.
    private static float[] logits(List<float[]> said, double temperature) {
        double[] mean = new double[said.getFirst().length];
        for (float[] logits : said) {
            double[] p = Temperature.softmax(logits, temperature);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += p[i] / said.size();
            }
        }
        float[] logits = new float[mean.length];
        for (int i = 0; i < mean.length; i++) {
            logits[i] = (float) Math.log(Math.max(LEAST, mean[i]));
        }
        return logits;
    }

    private static float mean(List<float[]> said) {
        double sum = 0;
        for (float[] value : said) {
            sum += value[0];
        }
        return (float) (sum / said.size());
    }

    /// On the annotated captures, as those answer that did not see them. A class that the answering
    /// network had no example of says nothing about its confidence and is left out.
    private Map<String, Double> temperatures(List<Example> annotated) {
        List<Knowledge> answers = answers(annotated);
        Map<String, Double> fitted = new HashMap<>();
        schema.heads()
                .forEach((name, head) -> {
                    if (head instanceof ClassificationHead) {
                        List<float[]> logits = new ArrayList<>();
                        List<Integer> truths = new ArrayList<>();
                        for (int i = 0; i < annotated.size(); i++) {
                            Example example = annotated.get(i);
                            Float target = example.targets().get(name);
                            if (target != null && learnt(annotated, example, name, target)) {
                                logits.add(
                                        Objects.requireNonNull(answers.get(i).heads().get(name)));
                                truths.add(target.intValue());
                            }
                        }
                        if (!truths.isEmpty()) {
                            fitted.put(
                                    name,
                                    Temperature.fit(
                                            logits,
                                            truths.stream().mapToInt(Integer::intValue).toArray()));
                        }
                    }
                });
        return fitted;
    }

    private boolean learnt(List<Example> annotated, Example example, String head, float target) {
        @Nullable Integer own = unseenBy.get(example.group());
        return annotated.stream()
                .anyMatch(other ->
                        !Objects.equals(unseenBy.get(other.group()), own)
                                && Objects.equals(other.targets().get(head), target));
    }
}
