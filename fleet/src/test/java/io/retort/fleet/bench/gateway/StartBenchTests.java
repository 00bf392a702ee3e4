package io.retort.fleet.bench.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.fleet.terminal.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartBenchTests {

    @Test
    void bothWaysStartAndAnswer() throws IOException {
        GatewayBenchTests.requireBuilt();
        List<Rounds> figures =
                new StartBench(
                                new StartBench.Plan(32, "retort-plain", 1, 50, 1),
                                new Console(
                                        new PrintStream(OutputStream.nullOutputStream()), false))
                        .run();
        assertThat(figures)
                .extracting(figure -> figure.name() + " " + figure.metric())
                .containsExactly(
                        "as built ready",
                        "as built processor until ready",
                        "as built RSS when ready",
                        "as built RSS after 50 requests",
                        "with a cache ready",
                        "with a cache processor until ready",
                        "with a cache RSS when ready",
                        "with a cache RSS after 50 requests",
                        "with a cache cache");
        assertThat(figures).allMatch(figure -> figure.median() > 0);
    }
}
