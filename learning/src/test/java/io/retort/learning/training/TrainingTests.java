package io.retort.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.retort.learning.evaluation.Evaluation;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Prediction;
import io.retort.learning.model.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TrainingTests {

    @Test
    void aSmallTaskIsLearntWithRegressionsInTheirOwnUnit() {
        Weights weights = run(Fixtures.examples(48, 1), Fixtures.settings(60, 1));
        List<Prediction> answers = predict(weights, Fixtures.examples(30, 2));
        Evaluation evaluation =
                Evaluation.of(
                        Fixtures.schema(),
                        Fixtures.examples(30, 2),
                        answers.stream().map(Prediction::heads).toList());
        assertThat(figure(evaluation, "material")).isEqualTo(1);
        assertThat(figure(evaluation, "wear")).isLessThan(25);
    }

    @Test
    void aStudentLearnsFromTheTeacherAlone() {
        List<Example> unlabelled = new ArrayList<>();
        for (Example example : Fixtures.examples(48, 1)) {
            float[] logits = new float[3];
            logits[target(example)] = 6;
            float[] fused = new float[5];
            fused[target(example)] = 1;
            unlabelled.add(
                    Fixtures.unlabelled(
                            Fixtures.taught(
                                    example,
                                    new Knowledge(
                                            Map.of(
                                                    "material",
                                                    logits,
                                                    "wear",
                                                    new float[] {
                                                        Objects.requireNonNull(
                                                                example.targets().get("wear"))
                                                    }),
                                            Map.of(Prediction.FUSED, fused)))));
        }
        Weights weights =
                Training.run(
                        Assignment.of(
                                Fixtures.architecture(),
                                Fixtures.schema(),
                                unlabelled,
                                Fixtures.recipe(),
                                Fixtures.settings(60, 1)),
                        _ -> {},
                        () -> false);
        List<Example> fresh = Fixtures.examples(30, 2);
        Evaluation evaluation =
                Evaluation.of(
                        Fixtures.schema(),
                        fresh,
                        predict(weights, fresh).stream().map(Prediction::heads).toList());
        assertThat(figure(evaluation, "material")).isEqualTo(1);
        assertThat(figure(evaluation, "wear")).isLessThan(25);
    }

    @Test
    void theSameSeedGivesTheSameBits() {
        List<Example> examples = Fixtures.examples(30, 1);
        TrainingSettings settings =
                new TrainingSettings(
                        4, 1, 8, 1e-2, 1e-4, 1, 2, 0.5, 0.3, 0, Augmentation.slight(), 7);
        String digest = run(examples, settings).digest();
        assertThat(run(examples, settings).digest()).isEqualTo(digest);
        TrainingSettings other =
                new TrainingSettings(
                        4, 1, 8, 1e-2, 1e-4, 1, 2, 0.5, 0.3, 0, Augmentation.slight(), 8);
        assertThat(run(examples, other).digest()).isNotEqualTo(digest);
    }

    @Test
    void anyThreadTrainsAlikeEvenSideBySide() throws Exception {
        List<Example> examples = Fixtures.examples(30, 1);
        TrainingSettings settings = Fixtures.settings(4, 7);
        String digest = run(examples, settings).digest();
        List<Future<String>> digests = new ArrayList<>();
        try (var virtual = Executors.newVirtualThreadPerTaskExecutor();
                var platform = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < 2; i++) {
                digests.add(virtual.submit(() -> run(examples, settings).digest()));
                digests.add(platform.submit(() -> run(examples, settings).digest()));
            }
            for (Future<String> other : digests) {
                assertThat(other.get()).isEqualTo(digest);
            }
        }
    }

    @Test
    void dataThatIsNoNumberStopsTheRunWithItsStep() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            List<Example> examples = new ArrayList<>(Fixtures.examples(12, 1));
            Map<String, float[]> inputs = new LinkedHashMap<>(examples.get(5).inputs());
            inputs.put("spectrum", new float[] {0, bad, 0});
            examples.set(5, Fixtures.with(examples.get(5), inputs));
            assertThatThrownBy(() -> run(examples, Fixtures.settings(2, 1)))
                    .isInstanceOf(NotFiniteException.class)
                    .hasMessageContaining("step 1:");
        }
    }

    @Test
    void aStepThatIsNotFiniteMovesNoParameter() {
        List<Example> good = Fixtures.examples(12, 1);
        List<Example> bad =
                good.stream()
                        .map(e -> Fixtures.with(e, Map.of("spectrum", new float[] {0, 3e38f, 0})))
                        .toList();
        try (Training training = training(good, Recipe.annotations())) {
            training.step(good, 1e-2, 0);
            Weights before = training.weights();
            assertThatThrownBy(() -> training.step(bad, 1e-2, 0))
                    .isInstanceOf(NotFiniteException.class)
                    .hasMessageContaining("step 2:");
            assertThat(training.weights().digest()).isEqualTo(before.digest());
        }
    }

    @Test
    void aStepStartsWithoutThePreviousOnesGradient() {
        List<Example> first = Fixtures.examples(12, 1);
        List<Example> unlabelled = first.stream().map(Fixtures::unlabelled).toList();
        try (Training plain = training(first, Recipe.annotations());
                Training interrupted = training(first, Recipe.annotations())) {
            plain.step(first, 1e-2, 0);
            Weights one = plain.weights();
            plain.step(first, 1e-2, 0);
            interrupted.step(first, 1e-2, 0);
            // Nothing to learn: neither a move nor a gradient that the next step would add to.
            assertThat(interrupted.step(unlabelled, 1e-2, 0)).isEqualTo(0);
            for (String name : List.of("fusion.weight", "heads.material.weight")) {
                assertThat(interrupted.weights().tensor(name).values())
                        .containsExactly(one.tensor(name).values());
            }
        }
    }

    @Test
    void aHeadThatNobodyLabelledStaysAsItWas() {
        List<Example> examples =
                Fixtures.examples(12, 1).stream()
                        .map(e ->
                                new Example(
                                        e.id(),
                                        e.group(),
                                        e.inputs(),
                                        Map.of("material", (float) target(e)),
                                        null))
                        .toList();
        try (Training training = training(examples, Recipe.annotations())) {
            Weights before = training.weights();
            training.step(examples, 1e-2, 0);
            assertThat(training.weights().tensor("heads.wear.bias").values())
                    .containsExactly(before.tensor("heads.wear.bias").values());
            assertThat(training.weights().tensor("heads.material.bias").values())
                    .isNotEqualTo(before.tensor("heads.material.bias").values());
        }
    }

    @Test
    void gradientsAreClippedByTheirGlobalNorm() {
        assertThat(Training.clip(5, 1)).isEqualTo(0.2);
        assertThat(Training.clip(1, 1)).isEqualTo(1);
        assertThat(Training.clip(0.5, 1)).isEqualTo(1);
        assertThat(Training.clip(0, 1)).isEqualTo(1);
    }

    @Test
    void aRunIsCancelledBeforeItsNextStep() {
        AtomicInteger asked = new AtomicInteger();
        assertThatThrownBy(() ->
                        Training.run(
                                Assignment.of(
                                        Fixtures.architecture(),
                                        Fixtures.schema(),
                                        Fixtures.examples(24, 1),
                                        Recipe.annotations(),
                                        Fixtures.settings(100, 1)),
                                _ -> {},
                                () -> asked.incrementAndGet() > 3))
                .isInstanceOf(CancellationException.class)
                .hasMessage("cancelled after step 3");
    }

    @Test
    void progressIsToldAfterEveryEpoch() {
        List<Progress> told = new ArrayList<>();
        Training.run(
                Assignment.of(
                        Fixtures.architecture(),
                        Fixtures.schema(),
                        Fixtures.examples(24, 1),
                        Recipe.annotations(),
                        Fixtures.settings(3, 1)),
                told::add,
                () -> false);
        assertThat(told).extracting(Progress::epoch).containsExactly(1, 2, 3);
        assertThat(told).extracting(Progress::epochs).containsOnly(3);
        assertThat(told).allMatch(p -> p.loss() > 0 && p.examplesPerSecond() > 0);
    }

    @Test
    void fewExamplesAreSeenOftenEnough() {
        List<Progress> told = new ArrayList<>();
        Training.run(
                Assignment.of(
                        Fixtures.architecture(),
                        Fixtures.schema(),
                        Fixtures.examples(24, 1),
                        Recipe.annotations(),
                        Fixtures.settings(3, 1).withMinimumSteps(11)),
                told::add,
                () -> false);
        assertThat(told).hasSize(6);
    }

    @Test
    void examplesThatTeachNothingAreLeftOut() {
        List<Example> examples = new ArrayList<>(Fixtures.examples(12, 1));
        String digest = run(examples, Fixtures.settings(3, 1)).digest();
        Example example = examples.getFirst();
        examples.add(Fixtures.unlabelled(example));
        examples.add(Fixtures.with(example, Map.of()));
        examples.add(Fixtures.with(example, Map.of("vibration", new float[4])));
        assertThat(run(examples, Fixtures.settings(3, 1)).digest()).isEqualTo(digest);
    }

    @Test
    void modalitiesBeyondTheSchemaAreLeftAlone() {
        List<Example> examples = Fixtures.examples(12, 1);
        List<Example> richer =
                examples.stream()
                        .map(e -> {
                            Map<String, float[]> inputs = new LinkedHashMap<>(e.inputs());
                            inputs.put("vibration", new float[4]);
                            return Fixtures.with(e, inputs);
                        })
                        .toList();
        assertThat(run(richer, Fixtures.settings(3, 1)).digest())
                .isEqualTo(run(examples, Fixtures.settings(3, 1)).digest());
    }

    @Test
    void fewerThanTwoExamplesAreRefused() {
        List<Example> examples = new ArrayList<>(Fixtures.examples(1, 1));
        examples.add(Fixtures.unlabelled(examples.getFirst()));
        assertThatThrownBy(() -> run(examples, Fixtures.settings(1, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there are 1 among 2");
    }

    @Test
    void aModalityThatOneExampleOrNoneCarriesDoesNotStopTheRun() {
        List<Example> examples = new ArrayList<>();
        for (Example example : Fixtures.examples(12, 1)) {
            Map<String, float[]> inputs = new LinkedHashMap<>(example.inputs());
            inputs.remove(examples.isEmpty() ? "spectrum" : "rgb");
            examples.add(Fixtures.with(example, inputs));
        }
        Weights weights = run(examples, Fixtures.settings(3, 1));
        assertThat(weights.tensor("fusion.weight").values()).doesNotContain(Float.NaN);
        run(examples.subList(1, 12), Fixtures.settings(3, 1));
    }

    @Test
    void threeExamplesInStepsOfTwoBecomeOneStep() {
        TrainingSettings settings =
                new TrainingSettings(2, 1, 2, 1e-2, 1e-4, 1, 10, 1, 0, 0, Augmentation.none(), 1);
        assertThat(settings.stepsPerEpoch(3)).isEqualTo(1);
        run(Fixtures.examples(3, 1), settings);
    }

    @Test
    void teachersOfDifferentWidthsAreRefused() {
        List<Example> examples = new ArrayList<>();
        for (Example example : Fixtures.examples(4, 1)) {
            examples.add(
                    Fixtures.taught(
                            example,
                            new Knowledge(
                                    Map.of(),
                                    Map.of(
                                            Prediction.FUSED,
                                            new float[examples.isEmpty() ? 3 : 4]))));
        }
        assertThatThrownBy(() ->
                        Training.run(
                                Assignment.of(
                                        Fixtures.architecture(),
                                        Fixtures.schema(),
                                        examples,
                                        Fixtures.recipe(),
                                        Fixtures.settings(1, 1)),
                                _ -> {},
                                () -> false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 and 4");
    }

    @Test
    void runningStatisticsSettleOnThoseOfTheExamples() {
        List<Example> examples = Fixtures.examples(12, 1);
        Weights weights = run(examples, Fixtures.settings(200, 2));
        // What a class's image makes of itself in inference, where the running statistics rule.
        List<Prediction> answers = predict(weights, examples);
        for (int i = 0; i < answers.size(); i++) {
            float[] wear = Objects.requireNonNull(answers.get(i).heads().get("wear"));
            assertThat(wear[0])
                    .isCloseTo(
                            Objects.requireNonNull(examples.get(i).targets().get("wear")),
                            within(20f));
        }
    }

    private static int target(Example example) {
        return Objects.requireNonNull(example.targets().get("material")).intValue();
    }

    private static double figure(Evaluation evaluation, String head) {
        return Objects.requireNonNull(evaluation.heads().get(head)).value();
    }

    private static Training training(List<Example> examples, Recipe recipe) {
        return new Training(
                Assignment.of(
                        Fixtures.architecture(),
                        Fixtures.schema(),
                        examples,
                        recipe,
                        Fixtures.settings(1, 3)));
    }

    private static Weights run(List<Example> examples, TrainingSettings settings) {
        return Training.run(
                Assignment.of(
                        Fixtures.architecture(),
                        Fixtures.schema(),
                        examples,
                        Recipe.annotations(),
                        settings),
                _ -> {},
                () -> false);
    }

    private static List<Prediction> predict(Weights weights, List<Example> examples) {
        try (MultimodalModel model = new MultimodalModel(Fixtures.architecture(), weights)) {
            return model.predict(examples.stream().map(Example::inputs).toList());
        }
    }
}
