package io.retort.fleet.demo;

import io.retort.fleet.dataset.Dataset;
import io.retort.fleet.dataset.DatasetFolder;
import io.retort.fleet.running.Doors;
import io.retort.fleet.running.FleetSettings;
import io.retort.fleet.running.RunningFleet;
import io.retort.fleet.simulation.Simulation;
import io.retort.fleet.terminal.Console;
import io.retort.fleet.terminal.FleetLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The whole way of a capture on this machine.
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Starts a broker and the four services in one process, streams captures through"
                        + " them, trains a teacher on every sensor and a student on the cheap one,"
                        + " publishes the student, serves it, asks about every held-out capture over"
                        + " REST and Kafka, prints a table and writes target/demo/report.json.")
public final class DemoCommand implements Callable<Integer> {

    private static final String ALL = "all";

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "A dataset folder; without it captures are simulated.")
    private @Nullable Path data;

    @Option(
            names = "--captures",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many captures to simulate (default: ${DEFAULT-VALUE}).")
    private int captures;

    @Option(
            names = "--materials",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Materials to simulate, of the schema's 50 (default: the twelve that a"
                            + " packaging line sorts).")
    private @Nullable List<String> materials;

    @Option(
            names = "--labels",
            paramLabel = "N",
            description = "Training captures with labels, or 'all' (default: one in seven).")
    private @Nullable String labels;

    @Option(
            names = "--fold",
            paramLabel = "N",
            defaultValue = "0",
            description = "Test fold, held out of all training (default: ${DEFAULT-VALUE}).")
    private int fold;

    @Option(
            names = "--student",
            paramLabel = "MODALITY",
            split = ",",
            defaultValue = "rgb",
            description = "What the student sees (default: ${DEFAULT-VALUE}).")
    private @Nullable List<String> student;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of simulation and label choice (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "target/demo",
            description = "Where everything is kept; emptied first (default: ${DEFAULT-VALUE}).")
    private @Nullable Path out;

    @Option(
            names = "--keep-running",
            description = "Leave the fleet up, print its URLs, and wait for Ctrl-C.")
    private boolean keepRunning;

    @Option(
            names = "--against",
            paramLabel = "FLEET",
            description =
                    "A fleet that runs already, instead of starting one: 'compose', or"
                            + " gateway=URL,teacher=URL,distillation=URL,registry=URL,"
                            + "brokers=HOST:PORT.")
    private @Nullable String against;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            defaultValue = "secrets/credential-demo",
            description = "The token for --against (default: ${DEFAULT-VALUE}).")
    private @Nullable Path token;

    @Option(
            names = "--compare",
            paramLabel = "FILE",
            description =
                    "Another demo's report.json: ends with an error where this one's disagrees with"
                            + " it in a count, or in an accuracy by more than its 95 %% interval.")
    private @Nullable Path compare;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Console console = Console.standard();
        Path folder = Objects.requireNonNull(out).toAbsolutePath();
        Dataset dataset = dataset();
        List<String> seen = Objects.requireNonNull(student);
        seen.forEach(dataset.schema()::modality);
        DemoSettings settings =
                new DemoSettings(
                        data == null ? "simulation" : data.toString(),
                        fold,
                        labelCount(),
                        seed,
                        seen,
                        "student",
                        folder.resolve("card.html"));
        Report other = compare == null ? null : Report.read(compare);
        empty(folder);
        if (against != null) {
            Doors doors = Against.doors(against, Objects.requireNonNull(token));
            FleetLog.toFile(folder.resolve("demo.log"));
            String run = "run-" + Long.toString(System.currentTimeMillis(), 36) + "-";
            Report report = Demo.run(new Tagged(dataset, run), settings, doors, console);
            return conclude(report, other, settings, folder, console);
        }
        console.step("starting the fleet (its log is " + folder.resolve("fleet.log") + ")");
        FleetLog.toFile(folder.resolve("fleet.log"));
        try (RunningFleet fleet =
                RunningFleet.start(
                        new FleetSettings(folder.resolve("data"), true, settings.model(), null),
                        said -> console.line("          " + said))) {
            Report report = Demo.run(dataset, settings, fleet.doors(), console);
            int status = conclude(report, other, settings, folder, console);
            if (keepRunning) {
                printDoors(fleet.doors(), console);
                fleet.serve();
            }
            return status;
        }
    }

    private int conclude(
            Report report,
            @Nullable Report other,
            DemoSettings settings,
            Path folder,
            Console console) {
        Path file = folder.resolve("report.json");
        report.write(file);
        ReportTable.print(report, console);
        console.line("Report: " + file);
        console.line("Model card: " + settings.card());
        List<String> differences = other == null ? List.of() : Agreement.differences(report, other);
        if (other != null) {
            console.line(
                    differences.isEmpty()
                            ? "Agrees with " + compare
                            : "Disagrees with " + compare + ":");
            differences.forEach(difference -> console.line("  " + difference));
        }
        return differences.isEmpty()
                        && report.lost()
                                        + report.duplicated()
                                        + report.gateway().kafkaRestMismatches()
                                == 0
                ? 0
                : 1;
    }

    private Dataset dataset() {
        return data == null
                ? new Simulation(
                        seed, captures, materials == null ? Simulation.PACKAGING : materials)
                : DatasetFolder.read(data, fold);
    }

    private int labelCount() {
        if (labels == null) {
            return 0;
        }
        if (labels.equals(ALL)) {
            return Integer.MAX_VALUE;
        }
        try {
            int count = Integer.parseInt(labels);
            if (count >= 2) {
                return count;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(),
                "--labels takes a number of 2 or more, or 'all', not '" + labels + "'");
    }

    private static void empty(Path folder) throws IOException {
        if (Files.exists(folder.resolve("data"))) {
            try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectories(folder);
        Files.deleteIfExists(folder.resolve("report.json"));
        Files.deleteIfExists(folder.resolve("card.html"));
    }

    private static void printDoors(Doors doors, Console console) {
        console.line("");
        console.line("The fleet stays up until Ctrl-C:");
        console.line("  broker                " + doors.brokers());
        console.line("  edge gateway          " + doors.gateway() + "/v3/api-docs");
        console.line("  teacher service       " + doors.teacher() + "/v3/api-docs");
        console.line("  distillation service  " + doors.distillation() + "/v3/api-docs");
        console.line("  model registry        " + doors.registry() + "/v3/api-docs");
        console.line("Each asks for a token; this one may do everything:");
        console.line("  TOKEN=" + doors.token());
        console.line("Try:");
        console.line(
                "  curl -H \"Authorization: Bearer $TOKEN\" --data-binary @photo.jpg"
                        + " -H 'Content-Type: image/jpeg' "
                        + doors.gateway()
                        + "/api/v1/assessments");
    }
}
