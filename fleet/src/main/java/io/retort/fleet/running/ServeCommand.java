package io.retort.fleet.running;

import io.retort.fleet.terminal.Console;
import io.retort.fleet.terminal.FleetLog;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Runs the fleet until it is stopped.
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the broker and the four services in one process until Ctrl-C.",
            "One service alone: ./retort serve --help"
        })
public final class ServeCommand implements Callable<Integer> {

    @Option(
            names = "--folder",
            defaultValue = "data/fleet",
            description = "Where everything is kept (default: ${DEFAULT-VALUE}).")
    private @Nullable Path folder;

    @Option(
            names = "--model",
            defaultValue = "student",
            description = "Model that the gateway follows (default: ${DEFAULT-VALUE}).")
    private @Nullable String model;

    @Option(
            names = "--free-ports",
            description = "Take free ports instead of 9092, 8080 to 8083 and 9080 to 9083.")
    private boolean freePorts;

    @Option(
            names = "--tokens",
            paramLabel = "FILE",
            defaultValue = "${env:RETORT_ACCESS_TOKENS}",
            description =
                    "Callers beside this one, one a line, as ./retort token prints them (default:"
                            + " $RETORT_ACCESS_TOKENS).")
    private @Nullable Path callers;

    @Override
    public Integer call() throws InterruptedException {
        Console console = Console.standard();
        FleetSettings settings =
                new FleetSettings(
                        Objects.requireNonNull(folder).toAbsolutePath(),
                        freePorts,
                        Objects.requireNonNull(model),
                        callers);
        FleetLog.toConsole();
        try (RunningFleet fleet = RunningFleet.start(settings, console::line)) {
            console.line(
                    "The fleet is up; Ctrl-C stops it. Until then this token may do everything:");
            console.line("  " + fleet.doors().token());
            fleet.serve();
        }
        return 0;
    }
}
