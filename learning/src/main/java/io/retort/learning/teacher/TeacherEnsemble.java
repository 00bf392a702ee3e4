package io.retort.learning.teacher;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Uncertainty;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.evaluation.Temperature;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Prediction;
import io.retort.learning.training.Example;
import io.retort.learning.training.Progress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// A cross-fitted teacher that answers: about groups that it was trained on by the member alone
/// that was not, about all others by the mean of its members. Safe for use by many threads; owns
/// native memory until closed.
public final class TeacherEnsemble implements AutoCloseable {

    private final EnsembleWeights weights;
    private final List<MultimodalModel> models = new ArrayList<>();
    private final DropoutPasses dropout;

    public TeacherEnsemble(EnsembleWeights weights) {
        this.weights = weights;
        Architecture architecture = Architectures.teacher(weights.schema());
        this.dropout = new DropoutPasses(architecture);
        try {
            weights.members().forEach(own -> models.add(new MultimodalModel(architecture, own)));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /// Trains the members, then fits the temperatures on what each says of its own fold.
    ///
    /// @param annotated of 2 groups or more where there are several networks, and fewer groups than
    ///   networks make as many networks; examples without a label, or without a modality of the
    ///   schema, are left out
    /// @param progress told after every epoch of a member; its epochs count over all members, its
    ///   loss is that member's
    /// @param cancelled asked before every step, by any worker
    /// @throws IllegalArgumentException for fewer than 2 groups or examples
    /// @throws CancellationException when cancelled
    public static Fitted train(
            TeacherPlan plan,
            List<Example> annotated,
            Consumer<Progress> progress,
            BooleanSupplier cancelled) {
        return new CrossFit(plan, annotated, progress, cancelled).run();
    }

    /// Of the modalities that it looks at.
    public Schema schema() {
        return weights.schema();
    }

    private boolean sees(Example example) {
        return schema().modalities().keySet().stream().anyMatch(example.inputs()::containsKey);
    }

    /// @param captures their labels are not looked at
    /// @throws IllegalArgumentException where one carries no modality that the teacher looks at
    public List<Answer> answers(List<Example> captures) {
        for (Example capture : captures) {
            if (!sees(capture)) {
                throw new IllegalArgumentException(
                        "capture %s carries none of %s"
                                .formatted(capture.id(), schema().modalities().keySet()));
            }
        }
        List<List<Prediction>> answering = new ArrayList<>();
        List<Prediction> first = models.getFirst().predict(inputs(captures));
        captures.forEach(_ -> answering.add(new ArrayList<>()));
        for (int member = 0; member < models.size(); member++) {
            List<Integer> rows = rows(captures, member);
            List<Prediction> own =
                    member == 0
                            ? rows.stream().map(first::get).toList()
                            : models.get(member)
                                    .predict(inputs(rows.stream().map(captures::get).toList()));
            for (int i = 0; i < rows.size(); i++) {
                answering.get(rows.get(i)).add(own.get(i));
            }
        }
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < captures.size(); i++) {
            answers.add(answer(captures.get(i).group(), answering.get(i), first.get(i)));
        }
        return answers;
    }

    private static List<Map<String, float[]>> inputs(List<Example> captures) {
        return captures.stream().map(Example::inputs).toList();
    }

    /// Indices of the captures that a member answers about.
    private List<Integer> rows(List<Example> captures, int member) {
        List<Integer> rows = new ArrayList<>();
        for (int i = 0; i < captures.size(); i++) {
            if (weights.folds().answering(captures.get(i).group()).contains(member)) {
                rows.add(i);
            }
        }
        return rows;
    }

    private Answer answer(String group, List<Prediction> predictions, Prediction first) {
        Map<String, float[]> heads = new LinkedHashMap<>();
        Map<String, Uncertainty> uncertainty = new LinkedHashMap<>();
        schema().heads()
                .forEach((name, head) -> {
                    List<float[]> outputs =
                            predictions.stream().map(p -> output(p.heads(), name)).toList();
                    List<float[]> spread =
                            predictions.size() > 1
                                    ? outputs
                                    : passes(group, name, predictions.getFirst());
                    switch (head) {
                        case ClassificationHead _ -> {
                            double[] mean = Opinions.mean(logProbabilities(name, outputs));
                            heads.put(name, floats(mean));
                            uncertainty.put(
                                    name,
                                    Uncertainty.newBuilder()
                                            .setEntropy(Opinions.entropy(mean))
                                            .setDisagreement(
                                                    Opinions.disagreement(
                                                            logProbabilities(name, spread)))
                                            .build());
                        }
                        case RegressionHead _ -> {
                            double mean =
                                    outputs.stream().mapToDouble(o -> o[0]).average().orElseThrow();
                            heads.put(name, new float[] {(float) mean});
                            uncertainty.put(
                                    name,
                                    Uncertainty.newBuilder()
                                            .setDeviation(
                                                    Opinions.standardDeviation(
                                                            spread.stream()
                                                                    .mapToDouble(o -> o[0])
                                                                    .toArray()))
                                            .build());
                        }
                    }
                });
        return new Answer(
                heads,
                first.features(),
                first.attention(),
                uncertainty,
                weights.folds().exposure(group),
                predictions.size());
    }

    /// Passes with dropout of the only member that answers about the group.
    private List<float[]> passes(String group, String head, Prediction prediction) {
        int member = weights.folds().answering(group).getFirst();
        return dropout.of(
                weights.members().get(member),
                head,
                output(prediction.features(), Prediction.FUSED));
    }

    private List<double[]> logProbabilities(String head, List<float[]> outputs) {
        double temperature = weights.temperature(head);
        return outputs.stream().map(o -> Temperature.logSoftmax(o, temperature)).toList();
    }

    private static float[] output(Map<String, float[]> outputs, String name) {
        return Objects.requireNonNull(outputs.get(name));
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    @Override
    public void close() {
        models.forEach(MultimodalModel::close);
    }
}
