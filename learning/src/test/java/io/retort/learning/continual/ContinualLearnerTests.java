package io.retort.learning.continual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Parameter;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Prediction;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Example;
import io.retort.learning.training.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Three tasks of two classes each; the schemas name them in changing order.
class ContinualLearnerTests {

    private static final List<Schema> SCHEMAS =
            List.of(
                    Spectra.schema("c0", "c1"),
                    Spectra.schema("c3", "c1", "c0", "c2"),
                    Spectra.schema("c0", "c1", "c2", "c3", "c4", "c5"));

    @Test
    void withoutHelpTheFirstClassesAreForgotten() {
        ContinualState state = learnt(Strategy.NAIVE, settings(1, 0), 3);
        assertThat(accuracy(state, 4)).isGreaterThan(0.9);
        assertThat(accuracy(state, 0)).isLessThan(0.3);
        assertThat(state.memory().size()).isZero();
        assertThat(state.consolidation().anchors()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"REPLAY", "EWC_REPLAY"})
    void replayKeepsThem(Strategy strategy) {
        ContinualState state = learnt(strategy, settings(0.1, 1), 3);
        for (int category = 0; category < 6; category++) {
            assertThat(accuracy(state, category)).as("class %d", category).isGreaterThan(0.85);
        }
        assertThat(state.memory().size()).as("5 of each").isEqualTo(30);
        assertThat(state.tasks()).isEqualTo(3);
    }

    @Test
    void anchorsAreOfTheWeightsThatEachTaskEndedWith() {
        ContinualState one = learnt(Strategy.EWC, settings(1, 0), 1);
        ContinualState two = learnt(Strategy.EWC, settings(1, 0), 2);
        assertThat(two.consolidation().anchors()).hasSize(2);
        String name = "fusion.weight";
        assertThat(two.consolidation().penalties(1).getFirst().anchor().get(name))
                .containsExactly(weights(one).tensor(name).values());
        assertThat(two.consolidation().penalties(1).getLast().anchor().get(name))
                .containsExactly(weights(two).tensor(name).values());
        ContinualState online = learnt(Strategy.ONLINE_EWC, settings(1, 0), 2);
        assertThat(online.consolidation().penalties(1)).hasSize(1);
        assertThat(online.consolidation().penalties(1).getFirst().anchor().get(name))
                .as("renewed after the second task")
                .containsExactly(weights(online).tensor(name).values());
    }

    /// What mattered nothing may move; what mattered at all may not.
    @Test
    void aHugeStrengthHoldsWhatMattered() {
        ContinualState before = learnt(Strategy.EWC, settings(1, 0), 1);
        double held = farthest(before, learnt(Strategy.EWC, settings(1e9, 0), 2));
        double free = farthest(before, learnt(Strategy.NAIVE, settings(1, 0), 2));
        assertThat(free).isGreaterThan(0.05);
        assertThat(held).isLessThan(0.1 * free);
    }

    @Test
    void theStateBeforeIsLeftAsItWas() {
        ContinualState before = learnt(Strategy.EWC_REPLAY, settings(1, 1), 1);
        String digest = weights(before).digest();
        learn(before, 1, settings(1, 1));
        assertThat(weights(before).digest()).isEqualTo(digest);
        assertThat(before.memory().size()).isEqualTo(10);
        assertThat(before.schema()).isEqualTo(SCHEMAS.getFirst());
    }

    @ParameterizedTest
    @EnumSource
    void whatIsSavedGoesOnToTheSameBits(Strategy strategy, @TempDir Path folder)
            throws IOException {
        ContinualSettings settings = settings(1, 1);
        ContinualState one = learnt(strategy, settings, 1);
        Path saved = folder.resolve("after-1");
        one.save(saved);
        Map<String, Example> captures = new HashMap<>();
        task(0).examples().forEach(example -> captures.put(example.id(), example));
        ContinualState loaded = ContinualState.load(saved, captures::get);
        assertThat(loaded.tasks()).isEqualTo(1);
        assertThat(weights(learn(loaded, 1, settings)).digest())
                .isEqualTo(weights(learn(one, 1, settings)).digest());
        assertThatThrownBy(() -> one.save(saved)).hasMessageContaining("exists already");
        assertThat(folder)
                .isDirectoryContaining("glob:**after-1")
                .isDirectoryNotContaining("glob:**part*");
    }

    @Test
    void aStateWithoutItsFilesIsAnError(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> ContinualState.load(folder, _ -> null))
                .isInstanceOf(IOException.class);
        ContinualState empty =
                ContinualState.start(
                        Strategy.REPLAY,
                        "retort-plain",
                        SCHEMAS.getFirst(),
                        0.9,
                        ReplayMemory.of("material", 5, 100, 1));
        Path saved = folder.resolve("start");
        empty.save(saved);
        assertThat(ContinualState.load(saved, _ -> null)).isEqualTo(empty);
    }

    @Test
    void aClassThatLeavesIsNamed() {
        ContinualState state = learnt(Strategy.NAIVE, settings(1, 0), 1);
        assertThatThrownBy(() ->
                        ContinualLearner.learn(
                                state,
                                new Task(Spectra.schema("c0", "c2"), List.of()),
                                settings(1, 0),
                                null,
                                _ -> {},
                                () -> false))
                .isInstanceOf(InvalidRecordException.class)
                .hasMessageContaining("'c1' is missing");
    }

    @Test
    void bothStagesAreToldAndBothCanBeCancelled() {
        List<Stage> told = new ArrayList<>();
        ContinualState start = start(Strategy.EWC);
        ContinualLearner.learn(start, task(0), settings(1, 0), null, told::add, () -> false);
        assertThat(told).filteredOn(Stage.Trained.class::isInstance).hasSize(20);
        assertThat(told).endsWith(new Stage.Measured(50, 50));
        for (Class<? extends Stage> stage : List.of(Stage.Trained.class, Stage.Measured.class)) {
            told.clear();
            assertThatThrownBy(() ->
                            ContinualLearner.learn(
                                    start,
                                    task(0),
                                    settings(1, 0),
                                    null,
                                    told::add,
                                    () -> told.stream().anyMatch(stage::isInstance)))
                    .isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void rememberedClassesAreAsFrequentAsNewOnes() {
        List<Example> arrived = new ArrayList<>(Spectra.examples(2, 2, 30, 1));
        arrived.addAll(Spectra.examples(3, 3, 50, 1));
        List<Example> replayed = new ArrayList<>(Spectra.examples(0, 0, 7, 1));
        replayed.addAll(Spectra.examples(1, 1, 45, 1));
        replayed.addAll(Spectra.examples(2, 2, 4, 2));
        Map<String, Integer> times = new HashMap<>();
        int[] counts = new int[4];
        for (Example example : ContinualLearner.balanced("material", arrived, replayed, 1)) {
            times.merge(example.id(), 1, Integer::sum);
            counts[Objects.requireNonNull(example.targets().get("material")).intValue()]++;
        }
        assertThat(counts).as("a mean of 40 a new class").containsExactly(40, 45, 40, 50);
        assertThat(times).as("everyone is there").hasSize(30 + 50 + 7 + 45 + 4);
        replayed.subList(0, 7)
                .forEach(example ->
                        assertThat(times.get(example.id())).isBetween(40 / 7, 40 / 7 + 1));
    }

    private static ContinualSettings settings(double strength, double distillation) {
        return new ContinualSettings(
                Recipe.annotations(),
                Spectra.settings(),
                strength,
                new Fisher(Fisher.Labels.GIVEN, 50, 1),
                distillation,
                2);
    }

    private static ContinualState learnt(Strategy strategy, ContinualSettings settings, int tasks) {
        ContinualState state = start(strategy);
        for (int task = 0; task < tasks; task++) {
            state = learn(state, task, settings);
        }
        return state;
    }

    private static ContinualState start(Strategy strategy) {
        return ContinualState.start(
                strategy,
                "retort-plain",
                SCHEMAS.getFirst(),
                Consolidation.DECAY,
                ReplayMemory.of("material", 5, 100, 1));
    }

    private static ContinualState learn(
            ContinualState state, int task, ContinualSettings settings) {
        return ContinualLearner.learn(state, task(task), settings, null, _ -> {}, () -> false);
    }

    private static Task task(int task) {
        Schema schema = SCHEMAS.get(task);
        List<Example> examples = new ArrayList<>();
        for (int category = 2 * task; category < 2 * task + 2; category++) {
            examples.addAll(Spectra.examples(index(schema, category), category, 40, 1));
        }
        return new Task(schema, examples);
    }

    private static int index(Schema schema, int category) {
        return ((ClassificationHead) schema.head("material")).classes().indexOf("c" + category);
    }

    /// Share of a class's fresh spectra that the state's student names, all classes competing.
    private static double accuracy(ContinualState state, int category) {
        int index = index(state.schema(), category);
        List<Example> examples = Spectra.examples(index, category, 100, 77);
        try (MultimodalModel student = new MultimodalModel(state.architecture(), weights(state))) {
            int right = 0;
            for (Prediction answer :
                    student.predict(examples.stream().map(Example::inputs).toList())) {
                float[] logits = Objects.requireNonNull(answer.heads().get("material"));
                right += Prediction.winner(logits) == index ? 1 : 0;
            }
            return right / 100.0;
        }
    }

    private static Weights weights(ContinualState state) {
        return Objects.requireNonNull(state.weights());
    }

    /// Largest move of what the state before holds to with an importance of at least 1, its mean.
    private static double farthest(ContinualState before, ContinualState after) {
        Importance importance = before.consolidation().anchors().getFirst().importance();
        double farthest = 0;
        for (Parameter parameter : before.architecture().layout()) {
            if (parameter.name().startsWith("heads.") || !parameter.role().trainable()) {
                continue;
            }
            float[] then = weights(before).tensor(parameter.name()).values();
            float[] now = weights(after).tensor(parameter.name()).values();
            float[] mattered = Objects.requireNonNull(importance.values().get(parameter.name()));
            for (int i = 0; i < then.length; i++) {
                if (mattered[i] >= 1) {
                    farthest = Math.max(farthest, Math.abs(now[i] - then[i]));
                }
            }
        }
        return farthest;
    }
}
