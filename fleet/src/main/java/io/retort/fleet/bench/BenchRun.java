package io.retort.fleet.bench;

import io.retort.fleet.terminal.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What every bench is asked, and how each ends.
final class BenchRun {

    @Option(
            names = "--seed",
            defaultValue = "1",
            description =
                    "Of all that chance decides; the first where there are several (default:"
                            + " ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--quick",
            description = "Fewer captures, cells and steps, for a look in a few minutes.")
    private boolean quick;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Where the JSON goes (default: target/bench/<bench>.json).")
    private @Nullable Path out;

    private final Console console = Console.standard();
    private final Instant started = Instant.now();

    long seed() {
        return seed;
    }

    boolean quick() {
        return quick;
    }

    Console console() {
        return console;
    }

    /// What is done, for a bench that can be cut short.
    Path ledger(String bench) {
        return beside(bench, ".cells");
    }

    /// A file beside the report.
    Path beside(String bench, String ending) {
        Path report = report(bench);
        return report.resolveSibling(report.getFileName() + ending);
    }

    /// Prints the rows and writes them as JSON.
    int finish(String bench, List<BenchReport.Row> rows) throws IOException {
        BenchReport report = BenchReport.of(bench, seed, started, console.seconds(), rows);
        report.print(console);
        report.write(report(bench));
        console.line("Report: " + report(bench).toAbsolutePath());
        return 0;
    }

    private Path report(String bench) {
        return out == null ? Path.of("target", "bench", bench + ".json") : out;
    }
}
