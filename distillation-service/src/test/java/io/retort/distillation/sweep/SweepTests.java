package io.retort.distillation.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.retort.contract.schema.Schema;
import io.retort.distillation.export.OnnxModel;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.architecture.WeightBytes;
import io.retort.learning.evaluation.Interval;
import io.retort.learning.training.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class SweepTests {

    @TempDir Path folder;

    @Test
    void everyCandidateIsTrainedExportedExaminedAndTimed() throws IOException {
        SweepPlan plan =
                plan(List.of("retort-plain", "retort-separable-x0.25"), List.of(16, 32), 15)
                        .withMetadata(Map.of("retort.model", "sorter"));
        List<Sweep.Step> steps = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger asked = new AtomicInteger();
        List<Row> rows =
                Sweep.run(
                        plan,
                        (student, schema) -> {
                            asked.incrementAndGet();
                            return Colours.split(student, schema);
                        },
                        folder,
                        steps::add,
                        () -> false);
        assertThat(asked).as("once a size").hasValue(2);
        assertThat(rows).extracting(Row::candidate).isEqualTo(plan.candidates());
        for (Row row : rows) {
            assertThat(row).isInstanceOf(Row.Measured.class);
            Row.Measured measured = (Row.Measured) row;
            Schema schema = measured.candidate().sees(plan.schema());
            Architecture architecture =
                    Architectures.student(schema, measured.candidate().student());
            assertThat(measured.metric()).isEqualTo("accuracy");
            assertThat(measured.fp32Score().value()).as("learned").isGreaterThan(0.8);
            assertThat(measured.score().value()).isBetween(0.7, 1.0);
            assertThat(measured.score().n()).as("objects").isEqualTo(12);
            assertThat(measured.parameters()).isEqualTo(architecture.parameters());
            assertThat(measured.macs()).isEqualTo(architecture.macs());
            assertThat(measured.weightBytes()).isEqualTo(architecture.weightBytes());
            assertThat(measured.p50Micros()).isBetween(1.0, 1e6);
            Path own = folder.resolve(measured.candidate().toString());
            assertThat(own.resolve("fp32.onnx")).hasSize(measured.fp32Bytes());
            assertThat(own.resolve("int8.onnx")).hasSize(measured.int8Bytes());
            try (OnnxModel file = OnnxModel.open(own.resolve("int8.onnx"))) {
                assertThat(file.metadata())
                        .containsEntry("retort.model", "sorter")
                        .containsEntry("retort.schema", schema.select(List.of("rgb")).toJson());
            }
        }
        assertThat(rows)
                .filteredOn(row -> row instanceof Row.Measured measured && measured.pareto())
                .isNotEmpty();
        assertThat(steps)
                .filteredOn(step -> step.stage() == Sweep.Stage.FINISHED)
                .extracting(Sweep.Step::finished)
                .containsExactly(1, 2, 3, 4);
        assertThat(steps)
                .filteredOn(step -> step.progress() != null)
                .extracting(Sweep.Step::stage)
                .hasSize(4 * 15)
                .containsOnly(Sweep.Stage.TRAINING);
        int trained =
                steps.stream()
                        .filter(step -> step.stage() == Sweep.Stage.FINISHED)
                        .mapToInt(steps::indexOf)
                        .max()
                        .orElseThrow();
        assertThat(steps.subList(trained + 1, steps.size()))
                .as("timed when nothing trains")
                .extracting(Sweep.Step::stage)
                .containsOnly(Sweep.Stage.TIMING);
        assertThat(steps.subList(0, trained))
                .extracting(Sweep.Step::stage)
                .doesNotContain(Sweep.Stage.TIMING);
    }

    @Test
    void workersTrainSideBySide() throws IOException {
        SweepPlan plan = plan(List.of("retort-plain"), List.of(16, 32), 1).withWorkers(2);
        CountDownLatch both = new CountDownLatch(2);
        Set<String> threads = ConcurrentHashMap.newKeySet();
        List<Row> rows =
                Sweep.run(
                        plan,
                        (student, schema) -> {
                            threads.add(Thread.currentThread().getName());
                            both.countDown();
                            assertThat(await(both)).as("the other worker came too").isTrue();
                            return Colours.split(student, schema);
                        },
                        folder,
                        _ -> {},
                        () -> false);
        assertThat(threads).hasSize(2);
        assertThat(rows).hasOnlyElementsOfType(Row.Measured.class);
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theFailureOfOneIsARowAndNotTheEnd() throws IOException {
        SweepPlan plan = plan(List.of("retort-plain", "article"), List.of(16, 32), 2);
        List<Row> rows =
                Sweep.run(
                        plan,
                        (student, schema) -> {
                            if (schema.equals(plan.schema().resized(16))) {
                                throw new IOException("the disk is on fire");
                            }
                            return Colours.split(student, schema);
                        },
                        folder,
                        _ -> {},
                        () -> false);
        assertThat(rows.subList(0, 2))
                .containsExactly(
                        new Row.Failed(new Candidate("retort-plain", 16), "the disk is on fire"),
                        new Row.Failed(new Candidate("article", 16), "the disk is on fire"));
        assertThat(rows.subList(2, 4)).hasOnlyElementsOfType(Row.Measured.class);
    }

    @Test
    void aCandidateWithNothingToBeExaminedOnFails() throws IOException {
        SweepPlan plan = plan(List.of("retort-plain"), List.of(), 1);
        List<Row> rows =
                Sweep.run(
                        plan,
                        (_, schema) ->
                                new Sweep.Split(schema, Colours.examples(schema, 12, 1), List.of()),
                        folder,
                        _ -> {},
                        () -> false);
        assertThat(rows)
                .containsExactly(
                        new Row.Failed(
                                new Candidate("retort-plain", null),
                                "no held-out capture has a label of material"));
    }

    @Test
    void cancellingEndsItWithinAStep() {
        SweepPlan plan = plan(List.of("retort-plain", "article"), List.of(16), 100_000);
        AtomicBoolean cancelled = new AtomicBoolean();
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() ->
                        Sweep.run(
                                plan,
                                Colours::split,
                                folder,
                                step -> cancelled.compareAndSet(false, step.progress() != null),
                                cancelled::get));
        assertThat(folder.resolve("retort-plain-16px").resolve("int8.onnx")).doesNotExist();
    }

    @Test
    void whatTheListenerCannotTakeEndsTheSweep() {
        SweepPlan plan = plan(List.of("retort-plain", "article"), List.of(16), 1);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() ->
                        Sweep.run(
                                plan,
                                Colours::split,
                                folder,
                                step -> {
                                    if (step.stage() == Sweep.Stage.FINISHED) {
                                        throw new IllegalStateException("full");
                                    }
                                },
                                () -> false))
                .withMessage("full");
    }

    @Test
    void theSameSeedMakesTheSameFilesWhateverTheWorkers() throws IOException {
        SweepPlan plan = plan(List.of("retort-plain", "retort-separable-x0.25"), List.of(16), 2);
        for (int workers : new int[] {1, 2}) {
            Sweep.run(
                    plan.withWorkers(workers),
                    Colours::split,
                    folder.resolve("by" + workers),
                    _ -> {},
                    () -> false);
        }
        for (Candidate candidate : plan.candidates()) {
            assertThat(folder.resolve("by2").resolve(candidate.toString()).resolve("int8.onnx"))
                    .hasSameBinaryContentAs(
                            folder.resolve("by1")
                                    .resolve(candidate.toString())
                                    .resolve("int8.onnx"));
        }
    }

    @Test
    void aSweepThatIsRunAgainTrainsNothingTwice() throws IOException {
        SweepPlan plan = plan(List.of("retort-plain"), List.of(16), 3);
        Path file = folder.resolve("retort-plain-16px").resolve("int8.onnx");
        List<byte[]> files = new ArrayList<>();
        List<Long> epochs = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            List<Sweep.Step> steps = new ArrayList<>();
            Sweep.run(plan, Colours::split, folder, steps::add, () -> false);
            files.add(Files.readAllBytes(file));
            epochs.add(steps.stream().filter(step -> step.progress() != null).count());
        }
        assertThat(epochs).containsExactly(3L, 0L);
        assertThat(files.get(1)).isEqualTo(files.get(0));
    }

    @Test
    void frontsAreByMacsAndByLatencyEach() {
        List<Row> rows =
                Sweep.onFronts(
                        List.of(
                                row("best", 0.9, 100, 50),
                                new Row.Failed(new Candidate("failed", null), "why"),
                                row("few macs", 0.8, 10, 90),
                                row("fast", 0.8, 20, 10),
                                row("beaten", 0.7, 20, 90)));
        assertThat(rows.get(1)).isInstanceOf(Row.Failed.class);
        assertThat(
                        rows.stream()
                                .filter(Row.Measured.class::isInstance)
                                .map(Row.Measured.class::cast))
                .extracting(
                        row -> row.candidate().student(),
                        Row.Measured::onMacsFront,
                        Row.Measured::onLatencyFront,
                        Row.Measured::pareto)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("best", true, true, true),
                        org.assertj.core.groups.Tuple.tuple("few macs", true, false, true),
                        org.assertj.core.groups.Tuple.tuple("fast", false, true, true),
                        org.assertj.core.groups.Tuple.tuple("beaten", false, false, false));
    }

    @Test
    void anErrorIsTheBetterTheSmallerItIs() {
        List<Row> rows =
                Sweep.onFronts(
                        List.of(error(row("close", 0.1, 10, 10)), error(row("far", 0.3, 20, 20))));
        assertThat(rows)
                .extracting(row -> row instanceof Row.Measured measured && measured.pareto())
                .containsExactly(true, false);
    }

    @Test
    void rowsAreJsonThereAndBack() {
        JsonMapper json = JsonMapper.builder().build();
        for (Row row :
                List.of(
                        row("best", 0.9, 100, 50),
                        new Row.Failed(new Candidate("failed", 16), "why"))) {
            assertThat(json.readValue(json.writeValueAsString(row), Row.class)).isEqualTo(row);
        }
    }

    private static Row.Measured row(String student, double score, long macs, double micros) {
        Interval interval = new Interval(score, score - 0.05, score + 0.05, 100);
        return new Row.Measured(
                new Candidate(student, null),
                "accuracy",
                interval,
                interval,
                1,
                macs,
                new WeightBytes(4, 1),
                5,
                2,
                micros,
                false,
                false);
    }

    private static Row.Measured error(Row.Measured row) {
        return new Row.Measured(
                row.candidate(),
                "mean-absolute-error",
                row.score(),
                row.fp32Score(),
                row.parameters(),
                row.macs(),
                row.weightBytes(),
                row.fp32Bytes(),
                row.int8Bytes(),
                row.p50Micros(),
                false,
                false);
    }

    private static SweepPlan plan(List<String> students, List<Integer> sides, int epochs) {
        return SweepPlan.of(
                        Colours.schema(),
                        students,
                        sides,
                        Recipe.annotations(),
                        Colours.settings(epochs))
                .withCalls(10);
    }
}
