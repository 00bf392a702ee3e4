package io.retort.fleet.bench;

import io.retort.fleet.dataset.Dataset;
import io.retort.fleet.dataset.DatasetFolder;
import io.retort.fleet.simulation.Simulation;
import io.retort.fleet.terminal.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Measures; one subcommand for each question.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures side by side in one run, prints a table and writes it as JSON.")
public final class BenchCommand implements Runnable {

    @Spec private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(),
                "which bench? See ./retort bench --help");
    }

    @Command(
            name = "quantization",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Trains a student on every label of folds 1 to 4 and compares its fp32 with its int8",
                "file: accuracy on fold 0, bytes, time of a call on one thread, agreement."
            })
    int quantization(
            @Option(
                            names = "--data",
                            paramLabel = "DIR",
                            description = "A dataset folder; without it captures are simulated.")
                    @Nullable Path data,
            @Option(
                            names = "--student",
                            split = ",",
                            defaultValue = "rgb",
                            description = "What the student sees (default: ${DEFAULT-VALUE}).")
                    List<String> student,
            @Option(
                            names = "--seed",
                            defaultValue = "1",
                            description = "Of simulation and training (default: ${DEFAULT-VALUE}).")
                    long seed,
            @Option(names = "--quick", description = "Fewer captures and calls.") boolean quick,
            @Option(
                            names = "--out",
                            paramLabel = "FILE",
                            defaultValue = "target/bench/quantization.json",
                            description = "Where the JSON goes (default: ${DEFAULT-VALUE}).")
                    Path out)
            throws IOException {
        Console console = Console.standard();
        Instant started = Instant.now();
        Dataset dataset =
                data == null
                        ? new Simulation(seed, quick ? 200 : 1000, Simulation.PACKAGING)
                        : DatasetFolder.read(data, 0);
        String name = data == null ? "simulation" : dataset.schema().name();
        List<BenchReport.Row> rows =
                new QuantizationBench(dataset, name, student, quick, console).run(seed);
        BenchReport report = BenchReport.of("quantization", seed, started, console.seconds(), rows);
        report.print(console);
        report.write(out);
        console.line("Report: " + out.toAbsolutePath());
        return 0;
    }
}
