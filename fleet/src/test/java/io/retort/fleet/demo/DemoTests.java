package io.retort.fleet.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.retort.fleet.dataset.Dataset;
import io.retort.fleet.dataset.DatasetFolder;
import io.retort.fleet.dataset.RealData;
import io.retort.fleet.running.FleetSettings;
import io.retort.fleet.running.RunningFleet;
import io.retort.fleet.simulation.Simulation;
import io.retort.fleet.terminal.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DemoTests {

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Console console =
            new Console(new PrintStream(said, true, StandardCharsets.UTF_8), false);

    @Test
    void simulatedCapturesGoTheWholeWay(@TempDir Path folder) throws Exception {
        DemoSettings settings =
                new DemoSettings(
                        "simulation",
                        0,
                        0,
                        1,
                        List.of("rgb"),
                        "student",
                        folder.resolve("card.html"));
        Report report = run(new Simulation(1, 150), settings, folder);

        nothingIsLost(report, 150);
        assertThat(report.labels()).isEqualTo((150 - report.heldOut() + 6) / 7);
        assertThat(report.student().macs()).isLessThan(report.teacher().macs());
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("soft targets", "epoch");

        assertThat(Files.readString(settings.card()))
                .startsWith("<!DOCTYPE html>")
                .contains("<h1>student</h1>", "src=\"data:image/svg+xml;base64,");

        Path file = folder.resolve("report.json");
        report.write(file);
        JsonNode json = JsonMapper.builder().build().readTree(file.toFile());
        for (String path :
                List.of(
                        "captures_sent",
                        "soft_targets",
                        "samples",
                        "lost",
                        "duplicated",
                        "teacher.accuracy",
                        "twin.accuracy",
                        "student.accuracy_fp32",
                        "student.accuracy_int8",
                        "constant.accuracy",
                        "student.params",
                        "student.macs",
                        "teacher.macs",
                        "artifact.bytes_fp32",
                        "artifact.bytes_int8",
                        "parity_max_abs_diff",
                        "gateway.requests",
                        "gateway.p50_ms",
                        "gateway.p99_ms",
                        "gateway.kafka_rest_mismatches",
                        "seconds")) {
            assertThat(json.at("/" + path.replace('.', '/')).isNumber()).as(path).isTrue();
        }
    }

    @Test
    void photosAndSpectraOfRealPlasticsMakeATeacherThatKnowsThem(@TempDir Path folder) {
        Path plastics = RealData.folder("plastics");
        DemoSettings settings =
                new DemoSettings(
                        "plastics",
                        0,
                        Integer.MAX_VALUE,
                        1,
                        List.of("rgb"),
                        "student",
                        folder.resolve("card.html"));
        Report report = run(DatasetFolder.read(plastics, 0), settings, folder);

        nothingIsLost(report, 141);
        assertThat(report.teacher().accuracy()).isGreaterThanOrEqualTo(0.95);
        assertThat(report.gateway().accuracy())
                .as("what the gateway answers is what the file that it runs was examined to know")
                .isEqualTo(
                        report.artifact().int8Refused() == null
                                ? report.student().accuracyInt8()
                                : report.student().accuracyFp32(),
                        within(1e-9));
    }

    private Report run(Dataset dataset, DemoSettings settings, Path folder) {
        try (RunningFleet fleet =
                RunningFleet.start(
                        new FleetSettings(folder.resolve("data"), true, settings.model(), null),
                        console::line)) {
            return Demo.run(dataset, settings, fleet.doors(), console);
        }
    }

    private static void nothingIsLost(Report report, int captures) {
        assertThat(report.capturesSent()).isEqualTo(captures);
        assertThat(report.softTargets()).isEqualTo(captures);
        assertThat(report.samples()).isEqualTo(captures);
        assertThat(report.lost()).isZero();
        assertThat(report.duplicated()).isZero();
        assertThat(report.gateway().kafkaRestMismatches()).isZero();
        assertThat(report.gateway().requests()).isGreaterThanOrEqualTo(report.heldOut());
        assertThat(report.parityMaxAbsDiff()).isBetween(0.0, 1e-4);
        assertThat(report.artifact().bytesInt8()).isLessThan(report.artifact().bytesFp32());
    }
}
