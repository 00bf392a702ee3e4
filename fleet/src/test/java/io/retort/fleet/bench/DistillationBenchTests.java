package io.retort.fleet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.distillation.gate.GateSettings;
import io.retort.fleet.bench.BenchReport.Row;
import io.retort.fleet.simulation.Simulation;
import io.retort.fleet.terminal.Console;
import io.retort.learning.training.TrainingSettings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistillationBenchTests {

    private static final Simulation SIMULATION = new Simulation(1, 60, List.of("pet", "cardboard"));

    @Test
    void everyMethodIsMeasuredOnTheSameCapturesAndOnlyOnce(@TempDir Path folder) throws Exception {
        Path ledger = folder.resolve("cells");
        List<Row> rows = bench().run(ledger);

        for (String method :
                List.of(
                        "constant",
                        "twin",
                        "self-training",
                        "divergence",
                        "decoupled-divergence",
                        "features",
                        "distance-and-angle",
                        "contrast",
                        "attention",
                        "default",
                        "auto",
                        "teacher",
                        "silhouette only",
                        "size only")) {
            Row row = row(rows, "simulation/8-labels/" + method, "accuracy");
            assertThat(row.value()).as(method).isBetween(row.low(), row.high());
            assertThat(row.n()).as(method).isGreaterThan(3);
        }
        assertThat(row(rows, "simulation/8-labels/teacher", "accuracy").value())
                .isGreaterThan(row(rows, "simulation/8-labels/constant", "accuracy").value());
        Row gain = row(rows, "simulation/8-labels/divergence", "gain over twin");
        assertThat(gain.value())
                .isCloseTo(
                        row(rows, "simulation/8-labels/divergence", "accuracy").value()
                                - row(rows, "simulation/8-labels/twin", "accuracy").value(),
                        org.assertj.core.api.Assertions.within(1e-9));

        // Cut short while a cell was being written: what was whole before is not done again.
        Files.writeString(ledger, "{\"budget\": 8, \"fo", StandardOpenOption.APPEND);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        assertThat(bench(said).run(ledger)).isEqualTo(rows);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("1 of them done before");
    }

    @Test
    void keptAnswersAreFasterThanATeacherInTheLoop() throws Exception {
        List<Row> rows =
                new ThroughputBench(
                                "simulation",
                                SIMULATION,
                                List.of("rgb"),
                                "retort-separable-x0.25",
                                TrainingSettings.student())
                        .run(1, 3);
        assertThat(row(rows, "simulation/training/cached soft targets", "speed-up").value())
                .isGreaterThan(1);
    }

    private static DistillationBench bench() {
        return bench(new ByteArrayOutputStream());
    }

    private static DistillationBench bench(ByteArrayOutputStream said) {
        return new DistillationBench(
                new DistillationBench.Plan(
                        "simulation",
                        List.of("rgb", "spectrum"),
                        List.of("rgb"),
                        "retort-separable-x0.25",
                        List.of(8),
                        List.of(0),
                        1,
                        1,
                        2,
                        TrainingSettings.teacher().withMinimumSteps(30),
                        TrainingSettings.student().withEpochs(2).withMinimumSteps(4),
                        new GateSettings(2, 1, 0.2, true),
                        1),
                _ -> SIMULATION,
                new Console(new PrintStream(said, true, StandardCharsets.UTF_8), false));
    }

    private static Row row(List<Row> rows, String name, String metric) {
        return rows.stream()
                .filter(row -> row.name().equals(name) && row.metric().equals(metric))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " " + metric));
    }
}
