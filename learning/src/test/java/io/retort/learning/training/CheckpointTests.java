package io.retort.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.learning.model.Prediction;
import io.retort.learning.model.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTests {

    @TempDir private Path folder;

    @Test
    void aRunThatWasKilledEndsWithTheSameBits() throws Exception {
        String whole = Training.run(assignment(null), _ -> {}, () -> false).digest();
        Path checkpoint = folder.resolve("killed");
        // Each life is killed at once after its first words, in the middle of steps.
        int lives = 0;
        for (int i = 0; i < 3; i++) {
            Process process = life(checkpoint);
            if (process.getInputStream().read() >= 0) {
                lives++;
            }
            process.destroyForcibly();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isNotZero();
        }
        assertThat(lives).isEqualTo(3);
        List<Integer> epochs = new ArrayList<>();
        String resumed =
                Training.run(assignment(checkpoint), p -> epochs.add(p.epoch()), () -> false)
                        .digest();
        assertThat(resumed).isEqualTo(whole);
        assertThat(epochs.getFirst()).as("epochs before were not lost").isGreaterThan(3);
    }

    /// Trains in a process of its own; says a byte after its first checkpoint.
    static void main(String[] arguments) {
        Path checkpoint = Path.of(arguments[0]);
        long began = System.nanoTime();
        Training.run(
                assignment(checkpoint),
                _ -> {
                    if (Files.exists(checkpoint) && System.nanoTime() - began > 2_500_000_000L) {
                        System.out.write('.');
                        System.out.flush();
                    }
                    pause();
                },
                () -> false);
    }

    /// So that a life lasts longer than it takes to be killed.
    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static Process life(Path checkpoint) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CheckpointTests.class.getName(),
                        checkpoint.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Test
    void aFinishedRunAnswersFromItsCheckpoint() {
        Assignment assignment = assignment(folder.resolve("finished")).withSettings(shorter(3));
        Weights first = Training.run(assignment, _ -> {}, () -> false);
        AtomicInteger steps = new AtomicInteger();
        Weights again =
                Training.run(
                        assignment,
                        _ -> {},
                        () -> {
                            steps.incrementAndGet();
                            return false;
                        });
        assertThat(again.digest()).isEqualTo(first.digest());
        assertThat(steps).hasValue(0);
    }

    @Test
    void anotherRunStartsAgain() {
        Assignment assignment = assignment(folder.resolve("other")).withSettings(shorter(3));
        Training.run(assignment, _ -> {}, () -> false);
        List<Example> fewer = assignment.examples().subList(0, 30);
        List<Integer> epochs = new ArrayList<>();
        Weights weights =
                Training.run(
                        assignment.withExamples(fewer), p -> epochs.add(p.epoch()), () -> false);
        assertThat(epochs).containsExactly(1, 2, 3);
        assertThat(weights.digest())
                .isEqualTo(
                        Training.run(
                                        assignment.withExamples(fewer).withCheckpoint(null),
                                        _ -> {},
                                        () -> false)
                                .digest());
    }

    @Test
    void aCancelledRunGoesOn() {
        Assignment assignment = assignment(folder.resolve("cancelled")).withSettings(shorter(6));
        AtomicInteger asked = new AtomicInteger();
        assertThatThrownBy(
                        () -> Training.run(assignment, _ -> {}, () -> asked.incrementAndGet() > 7))
                .isInstanceOf(CancellationException.class);
        assertThat(Training.run(assignment, _ -> {}, () -> false).digest())
                .isEqualTo(
                        Training.run(assignment.withCheckpoint(null), _ -> {}, () -> false)
                                .digest());
    }

    @Test
    void aDamagedCheckpointIsNotTakenForNone() throws IOException {
        Path checkpoint = folder.resolve("damaged");
        Files.write(checkpoint, new byte[] {1, 2, 3});
        assertThatThrownBy(() -> Training.run(assignment(checkpoint), _ -> {}, () -> false))
                .hasMessageContaining("damaged")
                .hasMessageContaining("without it the run starts again");
    }

    /// Everything that has state: averages, projections, a learnable temperature, a memory, dropout
    /// of modalities and noise.
    private static Assignment assignment(@org.jspecify.annotations.Nullable Path checkpoint) {
        Recipe recipe =
                Recipe.parse(
                        """
                        {terms: [{kind: annotations}, {kind: divergence}, {kind: features},
                        {kind: distance}, {kind: contrast, width: 4, memory: 8}]}
                        """);
        TrainingSettings settings =
                new TrainingSettings(
                        400,
                        1,
                        12,
                        1e-3,
                        1e-4,
                        1,
                        100,
                        0.5,
                        0.3,
                        0.9,
                        new Augmentation(true, 0.1, 10, 0.1, 0, 0.1),
                        5);
        return Assignment.of(Fixtures.architecture(), Fixtures.schema(), taught(), recipe, settings)
                .withCheckpoint(checkpoint);
    }

    private static TrainingSettings shorter(int epochs) {
        return assignment(null).settings().withEpochs(epochs);
    }

    private static List<Example> taught() {
        List<Example> taught = new ArrayList<>();
        for (Example example : Fixtures.examples(36, 1)) {
            int category = Objects.requireNonNull(example.targets().get("material")).intValue();
            float[] logits = new float[3];
            logits[category] = 3;
            taught.add(
                    example.taught(
                            new Knowledge(
                                    Map.of("material", logits),
                                    Map.of(
                                            Prediction.FUSED,
                                            new float[] {category, taught.size() % 5}))));
        }
        return taught;
    }
}
