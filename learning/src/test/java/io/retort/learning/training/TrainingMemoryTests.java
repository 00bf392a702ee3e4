package io.retort.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Network;
import io.retort.learning.model.Prediction;
import io.retort.learning.model.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The garbage collector does not see native memory: what a step leaves behind stays.
class TrainingMemoryTests {

    private static final long PAGE = 4096;

    /// A step whose manager stays open leaves 200 kB, 300 MB in this test. What grows without a
    /// leak is the heap, as the collector comes to pages that it has never used: under 20 MB.
    private static final long LIMIT = 64 * 1024 * 1024;

    @Test
    void nativeMemoryIsFlatOverThousandsOfSteps() throws IOException {
        List<Example> examples = taught();
        long before = arrays();
        List<Integer> during = new ArrayList<>();
        List<Long> resident = new ArrayList<>();
        // 3 steps an epoch; modality dropout makes batches whose encoders see fewer rows.
        TrainingSettings settings =
                new TrainingSettings(
                        700, 1, 12, 1e-3, 1e-4, 1, 1000, 1, 0.3, 0, Augmentation.slight(), 1);
        Training.run(
                Assignment.of(
                        Fixtures.architecture(),
                        Fixtures.schema(),
                        examples,
                        Fixtures.recipe(),
                        settings),
                progress -> {
                    if (progress.epoch() % 100 == 0) {
                        during.add(arrays());
                        resident.add(resident());
                    }
                },
                () -> false);
        assertThat(during).hasSize(7).containsOnly(during.getFirst());
        assertThat(arrays()).isEqualTo((int) before);
        // From step 600 to step 2100.
        assertThat(resident.getLast() - resident.get(1)).isLessThan(LIMIT);
    }

    @Test
    void nativeMemoryIsFlatOverThousandsOfAnswers() {
        Weights weights = Weights.initial(Fixtures.architecture(), 1);
        List<Map<String, float[]>> inputs =
                Fixtures.examples(12, 1).stream().map(Example::inputs).toList();
        try (MultimodalModel model = new MultimodalModel(Fixtures.architecture(), weights)) {
            int before = arrays();
            for (int i = 0; i < 500; i++) {
                model.predict(inputs);
            }
            long resident = resident();
            for (int i = 0; i < 2000; i++) {
                model.predict(inputs);
            }
            assertThat(resident() - resident).isLessThan(LIMIT);
            assertThat(arrays()).isEqualTo(before);
        }
    }

    @Test
    void aRunThatStopsLeavesNothing() {
        List<Example> examples = taught();
        run(examples, () -> true);
        int before = arrays();
        for (int i = 0; i < 5; i++) {
            run(examples, () -> true);
        }
        assertThat(arrays()).isEqualTo(before);
    }

    private static void run(List<Example> examples, java.util.function.BooleanSupplier cancelled) {
        try {
            Training.run(
                    Assignment.of(
                            Fixtures.architecture(),
                            Fixtures.schema(),
                            examples,
                            Fixtures.recipe(),
                            Fixtures.settings(1, 1)),
                    _ -> {},
                    cancelled);
        } catch (java.util.concurrent.CancellationException e) {
            assertThat(e).hasMessage("cancelled after step 0");
        }
    }

    private static List<Example> taught() {
        return Fixtures.examples(36, 1).stream()
                .map(example ->
                        Fixtures.taught(
                                example,
                                new Knowledge(
                                        Map.of(
                                                "material",
                                                new float[] {1, 2, 3},
                                                "wear",
                                                new float[] {200}),
                                        Map.of(Prediction.FUSED, new float[] {1, 2}))))
                .toList();
    }

    /// Arrays alive in all managers of the process.
    private static int arrays() {
        try (NDManager manager = Network.newManager()) {
            return manager.getParentManager().getManagedArrays().size();
        }
    }

    /// Bytes in memory, after the collector has freed the buffers that Java lends to the engine.
    private static long resident() {
        Path statm = Path.of("/proc/self/statm");
        assumeTrue(Files.isReadable(statm), "skipped: no /proc/self/statm on this system");
        System.gc();
        try {
            return Long.parseLong(Files.readString(statm).split(" ")[1]) * PAGE;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
