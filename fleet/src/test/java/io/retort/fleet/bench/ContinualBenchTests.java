package io.retort.fleet.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Schema;
import io.retort.fleet.bench.BenchReport.Row;
import io.retort.fleet.bench.ContinualBench.Cell;
import io.retort.fleet.bench.ContinualBench.Method;
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
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContinualBenchTests {

    private static final List<String> MATERIALS =
            ((ClassificationHead) Schema.article().head("material")).classes();

    /// Six captures of each of the 50 materials, three of each remembered.
    private static final Scenario SCENARIO =
            new Scenario(
                    "simulation-spectrum",
                    "small simulation",
                    () -> new Simulation(1, 300, MATERIALS, 0),
                    List.of("spectrum"),
                    0,
                    5,
                    32,
                    3,
                    TrainingSettings.student().withEpochs(10).withMinimumSteps(40));

    @Test
    void everyMethodLearnsTheSameTasksAndOnlyOnce(@TempDir Path folder) throws Exception {
        Path ledger = folder.resolve("cells");
        ContinualBench bench = bench(new ByteArrayOutputStream());
        List<Cell> cells = bench.run(ledger);
        List<Row> rows = scores(cells).rows(true);
        for (Method method : Method.values()) {
            String name = "simulation-spectrum/" + method.title();
            Row average = row(rows, name, "average accuracy");
            double sum = 0;
            for (int task = 1; task <= 5; task++) {
                sum += row(rows, name, "after task 5 on task " + task).value();
            }
            assertThat(average.value()).as(name).isCloseTo(sum / 5, within(1e-9));
            assertThat(average.value()).isBetween(average.low(), average.high());
            assertThat(row(rows, name, "after task 1 on task 1").value()).isGreaterThan(0.3);
        }
        Row naive = row(rows, "simulation-spectrum/naive", "mean forgetting");
        Row replay = row(rows, "simulation-spectrum/ewc-replay", "mean forgetting");
        assertThat(naive.value()).isGreaterThan(0.5);
        assertThat(replay.value()).isLessThan(naive.value() - 0.3);
        assertThat(row(rows, "simulation-spectrum/ewc-replay", "mean forgetting beyond joint"))
                .extracting(Row::value)
                .isEqualTo(
                        replay.value()
                                - row(rows, "simulation-spectrum/joint", "mean forgetting")
                                        .value());
        assertThat(row(rows, "simulation-spectrum/replay", "memory").value())
                .isBetween(50.0, 3.0 * 50);
        assertThat(scores(cells).rows(false)).noneMatch(row -> row.metric().startsWith("after"));

        // Cut short while a cell was being written: what was whole before is not done again.
        Files.writeString(ledger, "{\"scenario\": \"sim", StandardOpenOption.APPEND);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        assertThat(bench(said).run(ledger)).isEqualTo(cells);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("6 of them done before");

        Path chart = folder.resolve("curves.svg");
        CurveChart.write(chart, scores(cells).curves());
        assertThat(Files.readString(chart).split("<polyline", -1)).hasSize(6 + 1);
    }

    @Test
    void aChartIsXmlWithTheFiguresInIt(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("deeper").resolve("curves.svg");
        CurveChart.write(
                file,
                Map.of(
                        "a & b",
                        Map.of("<joint>", List.of(1.0, 0.5)),
                        "c",
                        Map.of("x", List.of(0.0))));
        var document =
                javax.xml.parsers.DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(file.toFile());
        assertThat(document.getElementsByTagName("polyline").getLength()).isEqualTo(2);
        assertThat(document.getDocumentElement().getTextContent())
                .contains("a & b: accuracy", "<joint>");
    }

    private static ContinualBench bench(ByteArrayOutputStream said) {
        Console console = new Console(new PrintStream(said, true, StandardCharsets.UTF_8), false);
        return new ContinualBench(List.of(SCENARIO), List.of(Method.values()), 1, 1, 1, console);
    }

    private static ContinualScores scores(List<Cell> cells) {
        return new ContinualScores(List.of(SCENARIO), List.of(Method.values()), cells);
    }

    private static Row row(List<Row> rows, String name, String metric) {
        return rows.stream()
                .filter(row -> row.name().equals(name) && row.metric().equals(metric))
                .findFirst()
                .orElseThrow();
    }
}
