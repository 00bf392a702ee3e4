package io.retort.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.distillation.Plant;
import io.retort.distillation.progress.Part;
import io.retort.distillation.progress.Phase;
import io.retort.distillation.progress.Run;
import io.retort.distillation.sweep.Candidate;
import io.retort.distillation.sweep.Row;
import io.retort.learning.samples.SampleStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepingTests {

    private static final int CAPTURES = 24;

    @TempDir Path folder;

    @Test
    void everyStudentIsARowAndEveryStageIsTold() throws IOException {
        List<Run.Step> steps = new ArrayList<>();

        SweepResult result = sweeping(store()).run(Plans.sweep(20), job(), new Run(steps::add));

        assertThat(result.teachers()).containsExactly(Plant.TEACHER);
        assertThat(result.samples().training()).isEqualTo(16);
        assertThat(result.samples().heldOut()).isEqualTo(8);
        assertThat(result.optimizerSteps()).isEqualTo(20 * 2);
        assertThat(result.rows())
                .extracting(Row::candidate)
                .containsExactly(
                        new Candidate("retort-plain", 16),
                        new Candidate("retort-separable-x0.25", 16));
        assertThat(result.rows())
                .allSatisfy(row -> {
                    Row.Measured measured = (Row.Measured) row;
                    assertThat(measured.score().n()).as("objects").isEqualTo(4);
                    assertThat(measured.fp32Score().value()).as("learned").isGreaterThan(0.6);
                    assertThat(job().resolve(row.candidate().toString()).resolve("int8.onnx"))
                            .hasSize(measured.int8Bytes());
                });
        assertThat(steps.stream().map(Run.Step::phase).distinct())
                .containsExactly(Phase.FREEZING, Phase.SWEEP);
        assertThat(steps.stream().map(Run.Step::part).filter(Objects::nonNull))
                .contains(
                        new Part("retort-plain-16px", "export", 0, 2),
                        new Part("retort-separable-x0.25-16px", "timing", 2, 2));
        assertThat(steps.stream().filter(step -> step.progress() != null)).hasSize(2 * 20);
        try (Stream<Path> files = Files.walk(job())) {
            assertThat(files).noneMatch(file -> file.endsWith("checkpoint"));
        }
    }

    @Test
    void anInterruptedSweepGoesOnFromTheSameSamplesAndItsCheckpoints() throws IOException {
        SampleStore store = store();
        SweepOrder order = Plans.sweep(20);
        SweepResult whole = sweeping(store).run(order, folder.resolve("whole"), new Run(_ -> {}));
        Run[] run = new Run[1];
        run[0] =
                new Run(step -> {
                    if (step.part() != null && step.part().finished() == 1) {
                        run[0].cancel();
                    }
                });
        assertThatThrownBy(() -> sweeping(store).run(order, job(), run[0]))
                .isInstanceOf(CancellationException.class);
        store.add(Plant.capture(CAPTURES));
        store.add(Plant.annotation(CAPTURES));
        List<Run.Step> steps = new ArrayList<>();

        SweepResult result = sweeping(store).run(order, job(), new Run(steps::add));

        assertThat(result.snapshot()).isEqualTo(whole.snapshot());
        assertThat(result.samples()).isEqualTo(whole.samples());
        assertThat(steps.stream().filter(step -> step.progress() != null))
                .as("epochs that are trained again")
                .hasSizeLessThan(2 * 20 - 19);
        for (Row row : whole.rows()) {
            String name = row.candidate() + "/fp32.onnx";
            assertThat(job().resolve(name))
                    .hasSameBinaryContentAs(folder.resolve("whole").resolve(name));
        }
    }

    @Test
    void nothingToLearnFromIsSaidBeforeAnythingIsTrained() {
        SampleStore nothing = new SampleStore(folder.resolve("nothing"));

        assertThatThrownBy(() -> sweeping(nothing).run(Plans.sweep(1), job(), new Run(_ -> {})))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no capture of schema plant to learn from has a soft target");
    }

    private Path job() {
        return folder.resolve("job");
    }

    private SampleStore store() {
        SampleStore store = new SampleStore(folder.resolve("samples"));
        for (int i = 0; i < CAPTURES; i++) {
            store.add(Plant.capture(i));
            store.add(Plant.softTarget(i));
            store.add(Plant.annotation(i));
        }
        return store;
    }

    private Sweeping sweeping(SampleStore store) {
        return new Sweeping(
                store,
                new DistillationSettings(
                        folder.resolve("snapshots"), 256, 64, 1, "c0ffee", Plans.variants()));
    }
}
