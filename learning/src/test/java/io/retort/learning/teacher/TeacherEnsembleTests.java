package io.retort.learning.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.VectorModality;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.evaluation.Temperature;
import io.retort.learning.model.Prediction;
import io.retort.learning.training.Example;
import io.retort.learning.training.Knowledge;
import io.retort.learning.training.Progress;
import io.retort.learning.training.TrainingSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TeacherEnsembleTests {

    @Test
    void labelsThatSayNothingCannotBeRepeatedByHeart() {
        // Random classes of random values: fitted networks know them all, honest ones guess.
        SplittableRandom random = new SplittableRandom(1);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            examples.add(example(i, random.nextInt(3), random, 0));
        }
        TeacherEnsemble teacher = train(examples, 5, _ -> {});
        assertThat(accuracy(examples, teacher.answers(examples))).isLessThan(0.55);
        // The same captures under other names are answered by those who saw them.
        List<Example> renamed =
                examples.stream()
                        .map(e -> new Example(e.id(), "x" + e.id(), e.inputs(), e.targets(), null))
                        .toList();
        assertThat(accuracy(renamed, teacher.answers(renamed))).isGreaterThan(0.8);
    }

    @Test
    void answersToUnseenCapturesAreTheMeanOfAllNetworks() {
        List<Example> examples = task(40, 2);
        List<Example> fresh = task(60, 3).subList(45, 60);
        List<Example> unseen =
                fresh.stream()
                        .map(e ->
                                new Example(e.id(), "new" + e.id(), e.inputs(), e.targets(), null))
                        .toList();
        TeacherEnsemble teacher = train(examples, 4, _ -> {});
        List<Knowledge> answers = teacher.answers(unseen);
        assertThat(accuracy(unseen, answers)).isGreaterThan(0.8);
        for (Knowledge answer : answers) {
            double sum = 0;
            for (double p :
                    Temperature.softmax(Objects.requireNonNull(answer.heads().get("kind")), 1)) {
                sum += p;
            }
            assertThat(sum).isBetween(0.999, 1.001);
            assertThat(Objects.requireNonNull(answer.heads().get("wear"))[0]).isBetween(0f, 400f);
            assertThat(answer.features()).containsKeys("fused", "spectrum");
        }
    }

    @Test
    void overconfidenceIsTakenBack() {
        // A tenth of the labels is wrong: nobody can be surer than 0.9 on average.
        SplittableRandom random = new SplittableRandom(4);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            int kind = i % 3;
            int said = random.nextInt(4) == 0 ? random.nextInt(3) : kind;
            Example clean = example(i, kind, random, 2);
            examples.add(
                    new Example(
                            clean.id(),
                            clean.group(),
                            clean.inputs(),
                            Map.of("kind", (float) said),
                            null));
        }
        List<Knowledge> answers = train(examples, 5, _ -> {}).answers(examples);
        double confidence = 0;
        for (Knowledge answer : answers) {
            double[] p = Temperature.softmax(Objects.requireNonNull(answer.heads().get("kind")), 1);
            confidence += Math.max(p[0], Math.max(p[1], p[2])) / answers.size();
        }
        assertThat(confidence)
                .isBetween(accuracy(examples, answers) - 0.1, accuracy(examples, answers) + 0.1);
    }

    @Test
    void progressIsThatOfAllNetworks() {
        List<Progress> told = new ArrayList<>();
        train(task(12, 1), 3, told::add);
        assertThat(told).extracting(Progress::epoch).isSorted().doesNotHaveDuplicates();
        assertThat(told.getLast().epoch()).isEqualTo(told.getLast().epochs());
    }

    @Test
    void oneGroupIsTooFew() {
        assertThatThrownBy(() -> train(task(1, 1), 5, _ -> {})).hasMessageContaining("2 groups");
    }

    private static TeacherEnsemble train(
            List<Example> examples, int networks, java.util.function.Consumer<Progress> progress) {
        return TeacherEnsemble.train(
                schema(),
                Architectures.teacher(schema()),
                examples,
                TrainingSettings.teacher().withEpochs(20).withMinimumSteps(120),
                networks,
                progress,
                () -> false);
    }

    private static double accuracy(List<Example> examples, List<Knowledge> answers) {
        double right = 0;
        for (int i = 0; i < examples.size(); i++) {
            int said =
                    Prediction.winner(Objects.requireNonNull(answers.get(i).heads().get("kind")));
            right += said == Objects.requireNonNull(examples.get(i).targets().get("kind")) ? 1 : 0;
        }
        return right / examples.size();
    }

    private static List<Example> task(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            examples.add(example(i, i % 3, random, 2));
        }
        return examples;
    }

    private static Example example(int i, int kind, SplittableRandom random, double signal) {
        float[] values = new float[16];
        for (int v = 0; v < values.length; v++) {
            values[v] = (float) ((v == kind ? signal : 0) + random.nextGaussian() * 0.5);
        }
        return new Example(
                "c" + i,
                "g" + i,
                Map.of("spectrum", values),
                Map.of("kind", (float) kind, "wear", 100f + 100 * kind),
                null);
    }

    private static Schema schema() {
        List<Double> axis = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            axis.add((double) i);
        }
        Map<String, Head> heads = new LinkedHashMap<>();
        heads.put("kind", new ClassificationHead(List.of("a", "b", "c")));
        heads.put("wear", new RegressionHead(100, 300));
        return new Schema(
                "small", Map.of("spectrum", new VectorModality("nm", axis, List.of())), heads);
    }
}
