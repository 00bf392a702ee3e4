package io.retort.learning.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.v1.SoftTarget;
import io.retort.contract.v1.Uncertainty;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.evaluation.Temperature;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Prediction;
import io.retort.learning.training.Example;
import io.retort.learning.training.NotFiniteException;
import io.retort.learning.training.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class TeacherEnsembleTests {

    private static final List<String> BOTH = List.of("rgb", "spectrum");

    @Test
    void labelsThatSayNothingCannotBeRepeatedByHeart() {
        // Random classes of random values: fitted networks know them all, honest ones guess.
        SplittableRandom random = new SplittableRandom(1);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            examples.add(Task.example(i, random.nextInt(3), random, 0, 0));
        }
        List<Example> renamed =
                examples.stream().map(e -> Task.regrouped(e, "x" + e.group())).toList();
        try (TeacherEnsemble teacher = teacher(plan(5, 120), examples)) {
            assertThat(accuracy(examples, teacher.answers(examples))).isLessThan(0.55);
            // The same captures as of other objects are answered by those who saw them.
            assertThat(accuracy(renamed, teacher.answers(renamed))).isGreaterThan(0.8);
        }
        try (TeacherEnsemble teacher = teacher(plan(1, 120), examples)) {
            assertThat(accuracy(examples, teacher.answers(examples))).isEqualTo(1);
        }
    }

    @Test
    void whatATeacherLearnedFromIsAnsweredByTheMemberThatDidNotSeeIt() {
        List<Example> examples = Task.examples(30, 2);
        TeacherPlan plan = new TeacherPlan(Task.schema(BOTH), Task.settings(30), 3, 1);
        Fitted fitted = TeacherEnsemble.train(plan, examples, _ -> {}, () -> false);
        double temperature = Objects.requireNonNull(fitted.weights().temperatures().get("kind"));

        try (TeacherEnsemble teacher = new TeacherEnsemble(fitted.weights())) {
            List<List<Prediction>> members = new ArrayList<>();
            for (int member = 0; member < 3; member++) {
                try (MultimodalModel model =
                        new MultimodalModel(
                                Architectures.teacher(Task.schema(BOTH)),
                                fitted.weights().members().get(member))) {
                    members.add(model.predict(examples.stream().map(Example::inputs).toList()));
                }
            }
            List<Answer> answers = teacher.answers(examples);
            for (int i = 0; i < examples.size(); i++) {
                int fold =
                        Objects.requireNonNull(
                                fitted.weights().folds().dealt().get(examples.get(i).group()));
                Prediction own = members.get(fold).get(i);
                Answer answer = answers.get(i);
                assertThat(answer.exposure()).isEqualTo(SoftTarget.Exposure.OUT_OF_FOLD);
                assertThat(answer.members()).isOne();
                assertThat(head(answer, "wear"))
                        .containsExactly(
                                Objects.requireNonNull(own.heads().get("wear")), within(1e-2f));
                double[] expected =
                        Temperature.softmax(
                                Objects.requireNonNull(own.heads().get("kind")), temperature);
                assertThat(probabilities(answer)).containsExactly(expected, within(1e-5));
                // Of one space for all, whoever answers.
                Prediction first = members.getFirst().get(i);
                assertThat(answer.features().get("fused"))
                        .containsExactly(
                                Objects.requireNonNull(first.features().get("fused")),
                                within(1e-4f));
                assertThat(Objects.requireNonNull(answer.attention().get("rgb")).values())
                        .containsExactly(
                                Objects.requireNonNull(first.attention().get("rgb")).values(),
                                within(1e-5f));
            }
        }
    }

    @Test
    void whatNobodySawIsAnsweredByTheMeanOfAll() {
        List<Example> examples = Task.examples(30, 3);
        List<Example> unseen =
                Task.examples(60, 4).stream().map(e -> Task.regrouped(e, "x" + e.id())).toList();
        Fitted fitted =
                TeacherEnsemble.train(
                        new TeacherPlan(Task.schema(BOTH), Task.settings(60), 3, 1),
                        examples,
                        _ -> {},
                        () -> false);
        double temperature = Objects.requireNonNull(fitted.weights().temperatures().get("kind"));
        try (TeacherEnsemble teacher = new TeacherEnsemble(fitted.weights())) {
            Answer answer = teacher.answers(unseen).getFirst();
            double[] mean = new double[3];
            double wear = 0;
            for (int member = 0; member < 3; member++) {
                try (MultimodalModel model =
                        new MultimodalModel(
                                Architectures.teacher(Task.schema(BOTH)),
                                fitted.weights().members().get(member))) {
                    Map<String, float[]> heads =
                            model.predict(List.of(unseen.getFirst().inputs())).getFirst().heads();
                    double[] own =
                            Temperature.softmax(
                                    Objects.requireNonNull(heads.get("kind")), temperature);
                    for (int c = 0; c < 3; c++) {
                        mean[c] += own[c] / 3;
                    }
                    wear += Objects.requireNonNull(heads.get("wear"))[0] / 3;
                }
            }
            assertThat(probabilities(answer)).containsExactly(mean, within(1e-5));
            assertThat(head(answer, "wear")[0]).isCloseTo((float) wear, within(0.01f));
            assertThat(answer.exposure()).isEqualTo(SoftTarget.Exposure.UNSEEN);
            assertThat(answer.members()).isEqualTo(3);
            assertThat(accuracy(unseen, teacher.answers(unseen))).isGreaterThan(0.9);
        }
    }

    @Test
    void overconfidenceIsTakenBack() {
        // A sixth of the labels is wrong: nobody can be surer than that on average.
        SplittableRandom random = new SplittableRandom(4);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            int kind = i % 3;
            int said = random.nextInt(4) == 0 ? random.nextInt(3) : kind;
            examples.add(
                    Task.annotated(
                            Task.example(i, kind, random, 2, 0), Map.of("kind", (float) said)));
        }
        Fitted fitted = TeacherEnsemble.train(plan(5, 120), examples, _ -> {}, () -> false);
        OutOfFold.Calibration calibration =
                Objects.requireNonNull(
                        Objects.requireNonNull(fitted.outOfFold()).calibration().get("kind"));
        assertThat(calibration.temperature()).isGreaterThan(1.2);
        assertThat(calibration.after().negativeLogLikelihood())
                .isLessThan(calibration.before().negativeLogLikelihood());
        assertThat(calibration.after().expectedCalibrationError())
                .isLessThan(calibration.before().expectedCalibrationError());
        try (TeacherEnsemble teacher = new TeacherEnsemble(fitted.weights())) {
            List<Answer> answers = teacher.answers(examples);
            double confidence =
                    answers.stream()
                            .map(TeacherEnsembleTests::probabilities)
                            .mapToDouble(p -> Math.max(p[0], Math.max(p[1], p[2])))
                            .average()
                            .orElseThrow();
            assertThat(confidence).isCloseTo(accuracy(examples, answers), within(0.1));
        }
    }

    @Test
    void strangeCapturesAreMoreUncertainThanUsualOnes() {
        List<Example> examples = Task.examples(45, 5);
        SplittableRandom random = new SplittableRandom(6);
        List<Example> usual = new ArrayList<>();
        List<Example> strange = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            usual.add(Task.regrouped(Task.example(i, i % 3, random, 2, 0), "x" + i));
            strange.add(Task.regrouped(Task.example(i, i % 3, random, 0, 0), "x" + i));
        }
        for (int members : new int[] {1, 4}) {
            try (TeacherEnsemble teacher = teacher(plan(members, 90), examples)) {
                List<Answer> sure = teacher.answers(usual);
                List<Answer> unsure = teacher.answers(strange);
                assertThat(
                                unsure.stream()
                                        .mapToDouble(a -> uncertainty(a, "kind").getEntropy())
                                        .sum())
                        .isGreaterThan(
                                2
                                        * sure.stream()
                                                .mapToDouble(
                                                        a -> uncertainty(a, "kind").getEntropy())
                                                .sum());
                assertThat(
                                unsure.stream()
                                        .mapToDouble(a -> uncertainty(a, "kind").getDisagreement())
                                        .sum())
                        .isGreaterThan(
                                sure.stream()
                                        .mapToDouble(a -> uncertainty(a, "kind").getDisagreement())
                                        .sum());
                assertThat(unsure)
                        .allSatisfy(answer -> {
                            assertThat(answer.uncertainty()).containsOnlyKeys("kind", "wear");
                            assertThat(uncertainty(answer, "kind").getEntropy())
                                    .isBetween(0.0, 1.0);
                            assertThat(uncertainty(answer, "kind").getDisagreement())
                                    .isBetween(1e-6, 1.0);
                            assertThat(uncertainty(answer, "wear").getDeviation())
                                    .isBetween(1e-3, 200.0);
                        });
            }
        }
    }

    @Test
    void anyModalityAloneIsEnough() {
        List<Example> examples = new ArrayList<>();
        for (Example example : Task.examples(48, 7)) {
            // Every third lacks one of its sensors.
            int number = examples.size();
            examples.add(
                    switch (number % 9) {
                        case 4 -> only(example, "rgb");
                        case 8 -> only(example, "spectrum");
                        default -> example;
                    });
        }
        List<Example> blind = List.of(Task.of(examples.getFirst(), Map.of("x-ray", new float[3])));
        try (TeacherEnsemble teacher =
                teacher(new TeacherPlan(Task.schema(BOTH), Task.settings(150), 3, 1), examples)) {
            assertThat(accuracy(examples, teacher.answers(examples))).isGreaterThan(0.9);
            List<Example> fresh =
                    Task.examples(30, 8).stream()
                            .map(e -> Task.regrouped(e, "x" + e.id()))
                            .toList();
            for (String modality : BOTH) {
                List<Example> alone = fresh.stream().map(e -> only(e, modality)).toList();
                List<Answer> answers = teacher.answers(alone);
                assertThat(accuracy(alone, answers)).as(modality).isGreaterThan(0.8);
                assertThat(answers)
                        .allSatisfy(answer ->
                                assertThat(answer.features())
                                        .containsOnlyKeys(modality, Prediction.FUSED));
            }
            assertThatThrownBy(() -> teacher.answers(blind))
                    .hasMessage("capture c0 carries none of [rgb, spectrum]");
        }
    }

    @Test
    void workersChangeNothingButTheTime() {
        List<Example> examples = Task.examples(20, 10);
        List<Progress> told = new ArrayList<>();
        Fitted alone = TeacherEnsemble.train(plan(4, 20), examples, _ -> {}, () -> false);
        Fitted together =
                TeacherEnsemble.train(
                        plan(4, 20, 2),
                        examples,
                        progress -> {
                            synchronized (told) {
                                told.add(progress);
                            }
                        },
                        () -> false);

        assertThat(together.weights().digest()).isEqualTo(alone.weights().digest());
        assertThat(together.outOfFold()).isEqualTo(alone.outOfFold());
        assertThat(told).extracting(Progress::epoch).isSorted().doesNotHaveDuplicates();
        assertThat(told.getLast().epoch()).isEqualTo(told.getLast().epochs());
        assertThat(told).extracting(Progress::epochs).containsOnly(told.getFirst().epochs());
        assertThat(told).hasSize(told.getLast().epochs());
    }

    @Test
    void aCancelledTrainingEnds() {
        List<Example> examples = Task.examples(20, 11);
        for (int workers = 1; workers <= 2; workers++) {
            List<Progress> told = java.util.Collections.synchronizedList(new ArrayList<>());
            TeacherPlan plan = plan(3, 10_000_000, workers);
            assertThatThrownBy(() ->
                            TeacherEnsemble.train(plan, examples, told::add, () -> told.size() > 2))
                    .isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void whatGoesWrongInOneMemberEndsAll() {
        List<Example> examples = new ArrayList<>(Task.examples(20, 12));
        Example broken = examples.get(5);
        float[] values = new float[16];
        java.util.Arrays.fill(values, Float.NaN);
        examples.set(5, Task.of(broken, Map.of("spectrum", values)));
        for (int workers = 1; workers <= 3; workers++) {
            // Side by side, who finds nothing wrong would not end for hours.
            TeacherPlan plan = plan(3, workers == 1 ? 5 : 10_000_000, workers);
            assertThatThrownBy(() -> TeacherEnsemble.train(plan, examples, _ -> {}, () -> false))
                    .isInstanceOf(NotFiniteException.class);
        }
    }

    @Test
    void oneMemberIsNeitherOutOfFoldNorCalibratedAndSaysSo() {
        List<Example> examples = Task.examples(12, 14);
        Fitted fitted = TeacherEnsemble.train(plan(1, 20), examples, _ -> {}, () -> false);

        assertThat(fitted.outOfFold()).isNull();
        assertThat(fitted.weights().temperatures()).isEmpty();
        try (TeacherEnsemble teacher = new TeacherEnsemble(fitted.weights())) {
            assertThat(teacher.answers(examples).getFirst())
                    .returns(SoftTarget.Exposure.IN_SAMPLE, Answer::exposure)
                    .returns(1, Answer::members);
            assertThat(
                            teacher.answers(List.of(Task.regrouped(examples.getFirst(), "x")))
                                    .getFirst())
                    .returns(SoftTarget.Exposure.UNSEEN, Answer::exposure);
        }
    }

    @Test
    void nothingToLearnFromIsRefused() {
        List<Example> unlabelled =
                Task.examples(9, 15).stream().map(e -> Task.annotated(e, Map.of())).toList();
        assertThatThrownBy(() -> teacher(plan(2, 1), unlabelled))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there are 0");
    }

    private static TeacherPlan plan(int members, int steps) {
        return plan(members, steps, 1);
    }

    private static TeacherPlan plan(int members, int steps, int workers) {
        return new TeacherPlan(Task.schema(), Task.settings(steps), members, workers);
    }

    private static TeacherEnsemble teacher(TeacherPlan plan, List<Example> examples) {
        return new TeacherEnsemble(
                TeacherEnsemble.train(plan, examples, _ -> {}, () -> false).weights());
    }

    private static double accuracy(List<Example> examples, List<Answer> answers) {
        double right = 0;
        for (int i = 0; i < examples.size(); i++) {
            int said = Prediction.winner(head(answers.get(i), "kind"));
            right += said == Objects.requireNonNull(examples.get(i).targets().get("kind")) ? 1 : 0;
        }
        return right / examples.size();
    }

    private static float[] head(Answer answer, String name) {
        return Objects.requireNonNull(answer.heads().get(name));
    }

    private static double[] probabilities(Answer answer) {
        float[] logits = head(answer, "kind");
        double[] probabilities = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = Math.exp(logits[i]);
        }
        return probabilities;
    }

    private static Uncertainty uncertainty(Answer answer, String head) {
        return Objects.requireNonNull(answer.uncertainty().get(head));
    }

    private static Example only(Example example, String modality) {
        return Task.of(
                example, Map.of(modality, Objects.requireNonNull(example.inputs().get(modality))));
    }
}
