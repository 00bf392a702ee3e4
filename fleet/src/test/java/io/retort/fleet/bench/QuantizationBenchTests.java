package io.retort.fleet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.distillation.export.TargetProfile;
import io.retort.fleet.bench.BenchReport.Row;
import io.retort.fleet.simulation.Simulation;
import io.retort.fleet.terminal.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class QuantizationBenchTests {

    @Test
    void everyFileIsMeasuredAndWrittenInTheCommonFormat(@TempDir Path folder) throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Console console = new Console(new PrintStream(said, true, StandardCharsets.UTF_8), false);
        List<Row> rows =
                new QuantizationBench(
                                new Simulation(1, 60, List.of("pet", "cardboard")),
                                new QuantizationBench.Plan(
                                        "simulation",
                                        List.of("rgb"),
                                        "retort-plain",
                                        48,
                                        TargetProfile.ANY),
                                true,
                                console)
                        .run(1);
        assertThat(row(rows, "simulation/int8", "bytes").value())
                .isLessThan(0.35 * row(rows, "simulation/fp32", "bytes").value());
        assertThat(row(rows, "simulation/int8", "same class as fp32").value())
                .isGreaterThanOrEqualTo(0.9);
        assertThat(row(rows, "simulation/fp16", "bytes").value())
                .isLessThan(0.6 * row(rows, "simulation/fp32", "bytes").value());
        assertThat(row(rows, "simulation/fp16", "same class as fp32").value()).isGreaterThan(0.9);
        for (String file :
                List.of(
                        "int8 by min-max",
                        "int8 by percentile",
                        "int8 by entropy",
                        "int8 by mse",
                        "int8 searched",
                        "dynamic")) {
            assertThat(row(rows, "simulation/" + file, "speed-up (quartiles)").value())
                    .as(file)
                    .isPositive();
            assertThat(row(rows, "simulation/" + file, "material gain over fp32").value())
                    .as(file)
                    .isGreaterThan(-0.2);
        }
        assertThat(row(rows, "simulation/int8", "layers kept float").value()).isZero();
        assertThat(row(rows, "simulation/int8 by mse", "layers kept float").value()).isZero();
        assertThat(row(rows, "simulation/fp32", "in Conv").value()).isPositive();
        assertThat(row(rows, "simulation/int8", "in QLinearConv").value()).isPositive();
        Row accuracy = row(rows, "simulation/fp32", "material accuracy");
        assertThat(accuracy.value()).isBetween(accuracy.low(), accuracy.high());

        BenchReport report = BenchReport.of("quantization", 1, Instant.EPOCH, 2.5, rows);
        report.print(console);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("simulation/int8", "x fp32");
        Path file = folder.resolve("bench").resolve("quantization.json");
        report.write(file);
        JsonNode json = JsonMapper.builder().build().readTree(file.toFile());
        assertThat(json.propertyNames())
                .containsExactly(
                        "bench", "commit", "seed", "machine", "started", "seconds", "rows");
        assertThat(json.path("rows").path(0).propertyNames())
                .containsExactly("case", "metric", "value", "low", "high", "n", "unit");
    }

    private static Row row(List<Row> rows, String name, String metric) {
        return rows.stream()
                .filter(row -> row.name().equals(name) && row.metric().equals(metric))
                .findFirst()
                .orElseThrow();
    }
}
