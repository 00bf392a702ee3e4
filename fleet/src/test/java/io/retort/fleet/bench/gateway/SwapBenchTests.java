package io.retort.fleet.bench.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.fleet.bench.gateway.SwapBench.Window;
import io.retort.fleet.terminal.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SwapBenchTests {

    @Test
    void aCallMeetsASwapThatItOverlapsAtEitherEnd() {
        long[] at = {0, 5, 12, 21, 40};
        long[] nanos = {4, 6, 3, 2, 1};
        Load.Outcome outcome = new Load.Outcome(nanos, at, nanos, 0, 1, 0, 0);
        // Calls of [0, 4], [5, 11], [12, 15], [21, 23] and [40, 41].
        assertThat(SwapBench.met(outcome, List.of(new Window(10, 20), new Window(22, 30))))
                .containsExactly(false, true, true, true, false);
    }

    @Test
    void noRequestFailsWhileModelsAreSwapped() throws IOException {
        GatewayBenchTests.requireBuilt();
        List<Rounds> figures =
                new SwapBench(
                                new SwapBench.Plan(
                                        32, "retort-plain", 4, 400, Duration.ofMillis(400), 1),
                                new Console(
                                        new PrintStream(OutputStream.nullOutputStream()), false))
                        .run();
        assertThat(figure(figures, "swaps", "model swaps")).isEqualTo(4);
        assertThat(figure(figures, "requests", "failed")).isZero();
        assertThat(figure(figures, "requests", "sent")).isGreaterThanOrEqualTo(396);
        assertThat(figure(figures, "requests/during swaps", "answered")).isPositive();
        assertThat(figure(figures, "requests/steady", "answered")).isPositive();
    }

    private static double figure(List<Rounds> figures, String name, String metric) {
        return figures.stream()
                .filter(f -> f.name().equals(name) && f.metric().equals(metric))
                .findFirst()
                .orElseThrow()
                .median();
    }
}
