package io.retort.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.loss.AttentionTransfer;
import io.retort.learning.loss.Contrast;
import io.retort.learning.loss.ContrastMemory;
import io.retort.learning.loss.CrossEntropy;
import io.retort.learning.loss.DecoupledDivergence;
import io.retort.learning.loss.Divergence;
import io.retort.learning.loss.FeatureMatching;
import io.retort.learning.loss.RelationalAngle;
import io.retort.learning.loss.RelationalDistance;
import io.retort.learning.loss.Scalar;
import io.retort.learning.loss.SquaredError;
import io.retort.learning.loss.Target;
import io.retort.learning.model.Network;
import io.retort.learning.model.Prediction;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A [Recipe] at work: its terms as one number, and what they need beside the network. The
/// parameters of projections belong to the manager given.
final class Objective {

    private final Schema schema;
    private final Recipe recipe;
    private final Map<String, FeatureScale> scales = new LinkedHashMap<>();
    private final Map<String, NDArray> parameters = new LinkedHashMap<>();

    /// What is not trained: temperatures that are set.
    private final Map<String, NDArray> fixed = new LinkedHashMap<>();

    private final Map<String, ContrastMemory> memories = new LinkedHashMap<>();

    Objective(
            NDManager owner,
            Schema schema,
            Architecture architecture,
            Recipe recipe,
            List<Example> examples,
            SplittableRandom random) {
        this.schema = schema;
        this.recipe = recipe;
        for (int i = 0; i < recipe.terms().size(); i++) {
            String path = "recipe.terms[" + i + "]";
            Term term = recipe.terms().get(i);
            switch (term) {
                case Term.Annotations _,
                        Term.Divergence _,
                        Term.DecoupledDivergence _,
                        Term.Regressions _ -> {}
                case Term.Attention t -> requireMaps(path, t, architecture, examples);
                case Term.Distance t -> scale(path, t.teacher(), examples);
                case Term.Angle t -> scale(path, t.teacher(), examples);
                case Term.Features t -> {
                    int width = scale(path, t.teacher(), examples).width();
                    projection(owner, t.name(), architecture.fusion(), width, random);
                }
                case Term.Contrast t -> {
                    int width = scale(path, t.teacher(), examples).width();
                    projection(
                            owner, t.name() + " student", architecture.fusion(), t.width(), random);
                    projection(owner, t.name() + " teacher", width, t.width(), random);
                    NDArray logTemperature =
                            owner.create(new float[] {(float) Math.log(t.temperature())});
                    if (t.learnable()) {
                        add(t.name() + " temperature", logTemperature);
                    } else {
                        fixed.put(t.name() + " temperature", logTemperature);
                    }
                    if (t.memory() > 0) {
                        memories.put(t.name(), new ContrastMemory(t.memory(), t.width()));
                    }
                }
            }
        }
    }

    /// What is trained beside the network, by name.
    Map<String, NDArray> parameters() {
        return parameters;
    }

    Map<String, ContrastMemory> memories() {
        return memories;
    }

    /// @param done share of the run that is over, for the terms' schedules
    /// @return a scalar, or null where no term applies to this batch
    @Nullable NDArray of(Network.Outputs outputs, Batch batch, double done) {
        List<NDArray> summands = new ArrayList<>();
        for (Term term : recipe.terms()) {
            float weight = (float) (term.weight() * term.schedule().factor(done));
            if (weight > 0) {
                for (NDArray summand : summands(term, outputs, batch)) {
                    summands.add(summand.mul(Scalar.of(summand, weight)));
                }
            }
        }
        return summands.stream().reduce(NDArray::add).orElse(null);
    }

    private List<NDArray> summands(Term term, Network.Outputs outputs, Batch batch) {
        NDArray fused = Objects.requireNonNull(outputs.features().get(Prediction.FUSED));
        List<NDArray> summands = new ArrayList<>();
        switch (term) {
            case Term.Annotations t ->
                    schema.heads()
                            .forEach((name, head) -> {
                                NDArray output = head(outputs, name);
                                Target target = batch.annotated(name);
                                if (target != null) {
                                    switch (head) {
                                        case ClassificationHead _ ->
                                                summands.add(CrossEntropy.of(output, target));
                                        case RegressionHead _ -> {
                                            if (t.regressions() > 0) {
                                                summands.add(
                                                        SquaredError.of(output, target)
                                                                .mul(
                                                                        Scalar.of(
                                                                                output,
                                                                                t.regressions())));
                                            }
                                        }
                                    }
                                }
                            });
            case Term.Divergence t ->
                    classes(
                            outputs,
                            batch,
                            (name, output, target) ->
                                    summands.add(Divergence.of(output, target, t.temperature())));
            case Term.DecoupledDivergence t ->
                    classes(
                            outputs,
                            batch,
                            (name, output, target) ->
                                    summands.add(
                                            DecoupledDivergence.of(
                                                    output,
                                                    target,
                                                    batch.targetClass(name),
                                                    t.temperature(),
                                                    t.alpha(),
                                                    t.beta())));
            case Term.Regressions _ ->
                    schema.heads()
                            .forEach((name, head) -> {
                                if (head instanceof RegressionHead) {
                                    Target target = batch.taught(name);
                                    if (target != null) {
                                        summands.add(SquaredError.of(head(outputs, name), target));
                                    }
                                }
                            });
            case Term.Features t -> {
                Target target = batch.features(scale(t.teacher()));
                if (target != null) {
                    summands.add(
                            FeatureMatching.of(
                                    fused,
                                    parameter(t.name() + " weight"),
                                    parameter(t.name() + " bias"),
                                    target));
                }
            }
            case Term.Attention t -> {
                NDArray spatial = outputs.spatial().get(t.student());
                if (spatial != null) {
                    Target target =
                            batch.attention(
                                    t.teacher(),
                                    t.student(),
                                    (int) spatial.getShape().get(2),
                                    (int) spatial.getShape().get(3));
                    if (target != null) {
                        summands.add(AttentionTransfer.of(spatial, target));
                    }
                }
            }
            case Term.Distance t -> {
                Target target = batch.features(scale(t.teacher()));
                add(summands, target == null ? null : RelationalDistance.of(fused, target));
            }
            case Term.Angle t -> {
                Target target = batch.features(scale(t.teacher()));
                add(summands, target == null ? null : RelationalAngle.of(fused, target));
            }
            case Term.Contrast t -> add(summands, contrast(t, fused, batch));
        }
        return summands;
    }

    private @Nullable NDArray contrast(Term.Contrast term, NDArray fused, Batch batch) {
        Target target = batch.features(scale(term.teacher()));
        if (target == null) {
            return null;
        }
        NDArray student = projected(fused, term.name() + " student");
        NDArray teacher = projected(target.values(), term.name() + " teacher");
        ContrastMemory memory = memories.get(term.name());
        NDArray negatives =
                memory == null || memory.size() == 0
                        ? null
                        : batch.manager()
                                .create(
                                        FloatBuffer.wrap(memory.values()),
                                        new Shape(memory.size(), term.width()));
        String temperature = term.name() + " temperature";
        NDArray loss =
                Contrast.of(
                        student,
                        teacher,
                        target,
                        term.learnable()
                                ? parameter(temperature)
                                : Objects.requireNonNull(fixed.get(temperature)),
                        negatives);
        if (memory != null) {
            memory.add(rows(teacher, target.weights()));
        }
        return loss;
    }

    private static List<float[]> rows(NDArray embeddings, NDArray weights) {
        float[] values = embeddings.toFloatArray();
        float[] counted = weights.toFloatArray();
        int width = values.length / counted.length;
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < counted.length; i++) {
            if (counted[i] > 0) {
                rows.add(java.util.Arrays.copyOfRange(values, i * width, (i + 1) * width));
            }
        }
        return rows;
    }

    private interface ClassLoss {
        void accept(String head, NDArray logits, Target teacher);
    }

    private void classes(Network.Outputs outputs, Batch batch, ClassLoss loss) {
        schema.heads()
                .forEach((name, head) -> {
                    if (head instanceof ClassificationHead) {
                        Target target = batch.taught(name);
                        if (target != null) {
                            loss.accept(name, head(outputs, name), target);
                        }
                    }
                });
    }

    private static void add(List<NDArray> summands, @Nullable NDArray summand) {
        if (summand != null) {
            summands.add(summand);
        }
    }

    private NDArray projected(NDArray values, String name) {
        return Linear.linear(values, parameter(name + " weight"), parameter(name + " bias"))
                .singletonOrThrow();
    }

    private static NDArray head(Network.Outputs outputs, String name) {
        NDArray output = outputs.heads().get(name);
        if (output == null) {
            throw new IllegalArgumentException("the network has no head " + name);
        }
        return output;
    }

    private NDArray parameter(String name) {
        return Objects.requireNonNull(parameters.get(name), name);
    }

    private FeatureScale scale(String teacher) {
        return Objects.requireNonNull(scales.get(teacher), teacher);
    }

    private FeatureScale scale(String path, String teacher, List<Example> examples) {
        FeatureScale scale =
                scales.computeIfAbsent(teacher, name -> new FeatureScale(name, examples));
        if (scale.width() == 0) {
            throw new InvalidRecordException(
                    path + ".teacher",
                    "no soft target has features of '%s', only of %s"
                            .formatted(teacher, known(examples, Knowledge::features)));
        }
        return scale;
    }

    private static void requireMaps(
            String path, Term.Attention term, Architecture architecture, List<Example> examples) {
        if (known(examples, Knowledge::attention).stream().noneMatch(term.teacher()::equals)) {
            throw new InvalidRecordException(
                    path + ".teacher",
                    "no soft target has attention of '%s', only of %s"
                            .formatted(term.teacher(), known(examples, Knowledge::attention)));
        }
        if (architecture.encoders().stream()
                .noneMatch(encoder ->
                        encoder.modality().equals(term.student())
                                && encoder.lastSpatialLayer() >= 0)) {
            throw new InvalidRecordException(
                    path + ".student",
                    "the student has no encoder of '%s' with attention".formatted(term.student()));
        }
    }

    private static Set<String> known(
            List<Example> examples, java.util.function.Function<Knowledge, Map<String, ?>> part) {
        Set<String> names = new TreeSet<>();
        for (Example example : examples) {
            if (example.knowledge() != null) {
                names.addAll(part.apply(example.knowledge()).keySet());
            }
        }
        return names;
    }

    private void projection(
            NDManager owner, String name, int from, int to, SplittableRandom random) {
        double deviation = Math.sqrt(1.0 / from);
        float[] weight = new float[from * to];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) (random.nextGaussian() * deviation);
        }
        add(name + " weight", owner.create(FloatBuffer.wrap(weight), new Shape(to, from)));
        add(name + " bias", owner.zeros(new Shape(to)));
    }

    private void add(String name, NDArray parameter) {
        parameter.setRequiresGradient(true);
        parameters.put(name, parameter);
    }
}
