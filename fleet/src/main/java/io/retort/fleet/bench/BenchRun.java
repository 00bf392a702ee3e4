package io.retort.fleet.bench;

import io.retort.fleet.terminal.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec bench;

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
    Path ledger() {
        return beside(".cells");
    }

    /// A file beside the report.
    Path beside(String ending) {
        Path report = report();
        return report.resolveSibling(report.getFileName() + ending);
    }

    /// Prints the rows and writes them, as JSON and as a page with pictures.
    int finish(List<BenchReport.Row> rows) throws IOException {
        BenchReport report = BenchReport.of(name(), seed, started, console.seconds(), rows);
        report.print(console);
        report.write(report());
        Path page =
                report().resolveSibling(
                                report().getFileName().toString().replaceAll("\\.json$", "")
                                        + ".html");
        BenchPage.write(page, report);
        console.line("Report: " + report().toAbsolutePath());
        console.line("Page:   " + page.toAbsolutePath());
        return 0;
    }

    private Path report() {
        return out == null ? Path.of("target", "bench", name() + ".json") : out;
    }

    private String name() {
        return Objects.requireNonNull(bench).name();
    }
}
