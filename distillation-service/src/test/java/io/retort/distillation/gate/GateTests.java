package io.retort.distillation.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.VectorModality;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.training.Example;
import io.retort.learning.training.Knowledge;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.TrainingSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateTests {

    private static final Recipe DIVERGENCE =
            Recipe.parse(
                    "{name: divergence, terms: [{kind: annotations, weight: 0.3},"
                            + " {kind: divergence, weight: 0.7}]}");

    @TempDir private Path folder;

    @Test
    void aTeacherThatKnowsMoreThanTheFewLabelsWins() {
        Verdict verdict = gate(true).judge(DIVERGENCE, task(120, 12, true), Course.Watch.NONE);

        assertThat(verdict.winner()).isEqualTo("divergence");
        assertThat(verdict.compared())
                .extracting(Verdict.Compared::name)
                .containsExactly("twin", "self-training", "divergence");
        Verdict.Compared distilled = verdict.compared().getLast();
        assertThat(distilled.safe()).isTrue();
        assertThat(Objects.requireNonNull(distilled.gain()).interval().value()).isGreaterThan(0.05);
        assertThat(verdict.compared().getFirst().gain()).isNull();
        assertThat(verdict.because()).contains("points over the twin");
        assertThat(verdict.candidate(DIVERGENCE).way()).isEqualTo(Candidate.Way.DISTILLED);
    }

    @Test
    void aTeacherThatKnowsNothingIsNotPublished() {
        Verdict verdict = gate(true).judge(DIVERGENCE, task(120, 60, false), Course.Watch.NONE);

        assertThat(verdict.winner()).isNotEqualTo("divergence");
        assertThat(verdict.compared().getLast().safe()).isFalse();
        assertThat(verdict.candidate(DIVERGENCE).way()).isNotEqualTo(Candidate.Way.DISTILLED);
    }

    @Test
    void aGateThatDoesNotDecideStillTells() {
        Verdict verdict = gate(false).judge(DIVERGENCE, task(120, 60, false), Course.Watch.NONE);

        assertThat(verdict.winner()).isEqualTo("divergence");
        assertThat(verdict.compared().getLast().safe()).isFalse();
    }

    @Test
    void pruningJudgesTheRecipeWithoutEachOfItsTerms() {
        Verdict verdict = gate(true).prune(DIVERGENCE, task(60, 12, true), Course.Watch.NONE);

        assertThat(verdict.compared())
                .extracting(Verdict.Compared::name)
                .containsExactly(
                        "twin",
                        "self-training",
                        "divergence",
                        "divergence without annotations",
                        "divergence without divergence");
    }

    @Test
    void tooFewLabelledObjectsAreSaid() {
        Verdict verdict = gate(true).judge(DIVERGENCE, task(60, 3, true), Course.Watch.NONE);

        assertThat(verdict.winner()).isEqualTo("divergence");
        assertThat(verdict.because()).startsWith("3 labelled objects are too few");
        assertThat(verdict.compared()).isEmpty();
    }

    @Test
    void trainingsThatWereDoneAreNotDoneAgain() throws Exception {
        List<Example> task = task(60, 12, true);
        Gate gate = new Gate(course(), new GateSettings(3, 2, 0.2, true), folder, 2);
        Verdict first = gate.judge(DIVERGENCE, task, Course.Watch.NONE);
        for (String fold : List.of("fold-0", "fold-1")) {
            try (var files = Files.list(folder.resolve(fold))) {
                assertThat(files.filter(file -> file.toString().endsWith(".checkpoint")))
                        .hasSize(3);
            }
        }
        int[] epochs = {0};
        Verdict again =
                gate.judge(DIVERGENCE, task, new Course.Watch(_ -> epochs[0]++, () -> false));
        assertThat(again).isEqualTo(first);
        assertThat(epochs[0]).isZero();
    }

    @Test
    void oneTwinAFoldLabelsForSelfTrainingToo() {
        int[] told = {0, 0};
        new Gate(course(), new GateSettings(3, 2, 0.2, true), null, 1)
                .judge(
                        DIVERGENCE,
                        task(60, 12, true),
                        new Course.Watch(
                                p -> {
                                    told[0]++;
                                    told[1] = p.epochs();
                                },
                                () -> false));
        // 80 training examples of 120 take 3 steps an epoch: 14 epochs are 40 steps.
        assertThat(told).containsExactly(2 * 3 * 14, 2 * 3 * 14);
    }

    @Test
    void theGateIsCancelled() {
        assertThatThrownBy(() ->
                        gate(true)
                                .judge(
                                        DIVERGENCE,
                                        task(60, 12, true),
                                        new Course.Watch(_ -> {}, () -> true)))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void marksAreRightClassesAndSmallErrors() {
        Example example =
                new Example("a", "a", Map.of(), Map.of("kind", 1f, "wear", 150f), null)
                        .taught(new Knowledge(Map.of("kind", new float[] {3, 1, 0}), Map.of()));
        Map<String, float[]> answer =
                Map.of("kind", new float[] {0, 5, 1}, "wear", new float[] {400});
        // Right class: 1; 400 is clipped to 300, three quarters of the range off: 0.25.
        assertThat(Marks.truth(schema(), example, answer)).isCloseTo(0.625, within(1e-9));
        assertThat(Marks.proxy(schema(), example, answer)).isZero();
        assertThat(Marks.truth(schema(), example.unlabelled(), answer)).isNaN();
        assertThat(Marks.proxy(schema(), example.taught(null), answer)).isNaN();
    }

    @Test
    void moreLabelsNeedFewerRounds() {
        assertThat(GateSettings.forLabelled(15).rounds()).isEqualTo(5);
        assertThat(GateSettings.forLabelled(50).rounds()).isEqualTo(4);
        assertThat(GateSettings.forLabelled(1000).rounds()).isEqualTo(1);
    }

    private static Gate gate(boolean enforced) {
        return new Gate(course(), new GateSettings(3, 3, 0.2, enforced), null, 2);
    }

    private static Course course() {
        TrainingSettings settings =
                TrainingSettings.student().withEpochs(12).withMinimumSteps(40).withBatch(32);
        return new Course(Architectures.student(schema()), schema(), settings, null);
    }

    private static Schema schema() {
        Map<String, Head> heads = new java.util.LinkedHashMap<>();
        heads.put("kind", new ClassificationHead(List.of("a", "b", "c")));
        heads.put("wear", new RegressionHead(100, 300));
        return new Schema(
                "small",
                Map.of(
                        "spectrum",
                        new VectorModality(
                                "nm", List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0), List.of())),
                heads);
    }

    /// Two captures an object; the class shows weakly in three of eight noisy values.
    private static List<Example> task(int objects, int labelled, boolean knowing) {
        SplittableRandom random = new SplittableRandom(5);
        List<Example> examples = new ArrayList<>();
        for (int object = 0; object < objects; object++) {
            int kind = object % 3;
            int said = knowing ? kind : random.nextInt(3);
            float[] logits = new float[3];
            logits[said] = 4;
            for (int capture = 0; capture < 2; capture++) {
                float[] values = new float[8];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) ((i == kind ? 1.5 : 0) + random.nextGaussian());
                }
                examples.add(
                        new Example(
                                "c%d-%d".formatted(object, capture),
                                "o" + object,
                                Map.of("spectrum", values),
                                object < labelled ? Map.of("kind", (float) kind) : Map.of(),
                                new Knowledge(Map.of("kind", logits), Map.of())));
            }
        }
        return examples;
    }
}
