package io.retort.fleet.bench.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.retort.fleet.terminal.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GatewayBenchTests {

    @Test
    void everyCaseAnswersEveryRequest() throws IOException {
        requireBuilt();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Console console = new Console(new PrintStream(said, true, StandardCharsets.UTF_8), false);
        Duration shortly = Duration.ofMillis(100);
        List<Rounds> figures =
                new GatewayBench(
                                new GatewayBench.Plan(
                                        List.of(32),
                                        "retort-plain",
                                        List.of(""),
                                        Map.of(),
                                        false,
                                        2,
                                        shortly,
                                        100,
                                        1),
                                console)
                        .run();
        List<Rounds> failed =
                figures.stream().filter(f -> f.metric().equals("failed requests")).toList();
        assertThat(failed.stream().map(f -> f.name().substring(f.name().indexOf('/') + 1)))
                .containsExactly(
                        "ONNX Runtime",
                        "gateway raw",
                        "gateway JPEG",
                        "gateway OIP binary",
                        "gateway OIP JSON",
                        "gateway gRPC",
                        "plain raw",
                        "plain JPEG",
                        "plain JSON");
        assertThat(failed).allSatisfy(f -> assertThat(f.values()).containsExactly(0.0, 0.0));
        assertThat(figures)
                .filteredOn(f -> f.metric().equals("allocated per request"))
                .hasSize(9)
                .allSatisfy(f -> assertThat(f.median()).isPositive());
        assertThat(figures)
                .filteredOn(f -> f.metric().equals("RSS"))
                .allSatisfy(f -> assertThat(f.median()).isBetween(50.0, 1000.0))
                .hasSize(2);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("32 px, ", "ONNX Runtime");
    }

    static void requireBuilt() {
        boolean built;
        try {
            built = !Installed.gateway().isEmpty();
        } catch (IOException _) {
            built = false;
        }
        assumeTrue(built, "skipped: edge-gateway has no target/classpath.txt yet; package it");
    }
}
