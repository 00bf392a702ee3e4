package io.retort.fleet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.fleet.bench.BenchReport.Row;
import io.retort.fleet.dataset.DatasetFolder;
import io.retort.fleet.machines.Machines;
import io.retort.fleet.terminal.Console;
import io.retort.learning.training.TrainingSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaintenanceBenchTests {

    @TempDir private Path folder;

    @Test
    void everyHeadIsMeasuredWithAndWithoutATeacher() throws IOException {
        Path data = rig(60);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Path ledger = folder.resolve("cells");
        List<Row> rows = bench(data, said).run(ledger);

        for (String method : List.of("constant", "twin", "distilled", "teacher")) {
            Row row = row(rows, "rig/all-labels/valve/" + method, "accuracy");
            assertThat(row.value()).as(method).isBetween(row.low(), row.high());
        }
        // Pressure shows the valve's state, temperature does not.
        assertThat(row(rows, "rig/all-labels/valve/teacher", "accuracy").value())
                .isGreaterThan(0.9);
        assertThat(row(rows, "rig/all-labels/valve/twin", "accuracy").value()).isLessThan(0.9);
        assertThat(row(rows, "rig/all-labels/valve/distilled", "gain over twin").value())
                .isCloseTo(
                        row(rows, "rig/all-labels/valve/distilled", "accuracy").value()
                                - row(rows, "rig/all-labels/valve/twin", "accuracy").value(),
                        org.assertj.core.api.Assertions.within(1e-9));
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("fold 0, seed 1");

        said.reset();
        assertThat(bench(data, said).run(ledger)).isEqualTo(rows);
        assertThat(said.toString(StandardCharsets.UTF_8)).doesNotContain("fold 0");
    }

    @Test
    void machinesAreJudgedByHowFarOffAndByWhomTheMechanicShouldSeeFirst() throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        List<Row> rows =
                new MaintenanceBench(
                                new MaintenanceBench.Plan(
                                        "machines",
                                        List.of("vibration"),
                                        List.of("thermal"),
                                        "retort-plain",
                                        40,
                                        List.of(0),
                                        1,
                                        1,
                                        2,
                                        TrainingSettings.teacher().withMinimumSteps(150),
                                        TrainingSettings.student()
                                                .withEpochs(4)
                                                .withMinimumSteps(20)),
                                _ -> new Machines(1, 40),
                                new Console(
                                        new PrintStream(said, true, StandardCharsets.UTF_8), false))
                        .run(folder.resolve("machines"));

        for (String head : List.of("wear", "alignment", "lubrication", "urgency")) {
            for (String method : List.of("constant", "twin", "distilled", "teacher")) {
                Row error =
                        row(
                                rows,
                                "machines/40-labels/" + head + "/" + method,
                                "mean absolute error");
                assertThat(error.value()).as(head).isBetween(error.low(), error.high());
                assertThat(error.n()).as("machines of the fold").isEqualTo(8);
            }
        }
        // Twice the shaft's speed shows in the vibration.
        assertThat(row(rows, "machines/40-labels/alignment/teacher", "rank correlation").value())
                .isGreaterThan(0.6);
        assertThat(row(rows, "machines/40-labels/alignment/teacher", "mean absolute error").value())
                .isLessThan(
                        row(rows, "machines/40-labels/alignment/constant", "mean absolute error")
                                .value());
        assertThat(
                        row(
                                        rows,
                                        "machines/40-labels/urgency/teacher",
                                        "found of the greatest tenth")
                                .n())
                .isEqualTo(4);
    }

    private static MaintenanceBench bench(Path data, ByteArrayOutputStream said) {
        return new MaintenanceBench(
                new MaintenanceBench.Plan(
                        "rig",
                        List.of("temperature", "pressure"),
                        List.of("temperature"),
                        "retort-plain",
                        0,
                        List.of(0),
                        1,
                        1,
                        2,
                        TrainingSettings.teacher().withMinimumSteps(80),
                        TrainingSettings.student().withEpochs(4).withMinimumSteps(10)),
                fold -> DatasetFolder.read(data, fold),
                new Console(new PrintStream(said, true, StandardCharsets.UTF_8), false));
    }

    /// A folder whose pressure follows the valve's state while its temperature is noise.
    private Path rig(int cycles) throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        StringBuilder table = new StringBuilder("id,group,fold,valve\n");
        StringBuilder temperature = new StringBuilder();
        StringBuilder pressure = new StringBuilder();
        for (int i = 0; i < cycles; i++) {
            int valve = i % 2;
            table.append(
                    "c%d,g%d,%d,%s\n".formatted(i, i / 2, i / 2 % 5, valve == 1 ? "on" : "off"));
            for (int t = 0; t < 20; t++) {
                String end = t == 19 ? "\n" : ",";
                temperature.append(number(random.nextGaussian())).append(end);
                pressure.append(number(2 * valve + 0.3 * random.nextGaussian())).append(end);
            }
        }
        Files.writeString(folder.resolve("cycles.csv"), table);
        Files.writeString(folder.resolve("t.csv"), temperature);
        Files.writeString(folder.resolve("p.csv"), pressure);
        Files.writeString(
                folder.resolve("dataset.json"),
                """
                {"name": "rig", "table": "cycles.csv",
                 "modalities": {"temperature": {"kind": "signal", "files": ["t.csv"], "hertz": 1},
                                "pressure": {"kind": "signal", "files": ["p.csv"], "hertz": 1}},
                 "heads": {"valve": {"kind": "classification", "column": "valve"}}}
                """);
        return folder;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static Row row(List<Row> rows, String name, String metric) {
        return rows.stream()
                .filter(row -> row.name().equals(name) && row.metric().equals(metric))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " " + metric));
    }
}
