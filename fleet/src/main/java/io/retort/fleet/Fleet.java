package io.retort.fleet;

import io.retort.fleet.bench.BenchCommand;
import io.retort.fleet.demo.DemoCommand;
import io.retort.fleet.dependencies.DependenciesCommand;
import io.retort.fleet.images.StageCommand;
import io.retort.fleet.running.ServeCommand;
import io.retort.fleet.secrets.SecretsCommand;
import io.retort.fleet.station.StreamCommand;
import io.retort.fleet.token.TokenCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// What `./retort` runs, beside `test` and single services, which the script starts itself.
@Command(
        name = "retort",
        mixinStandardHelpOptions = true,
        description = "Distils what expensive sensors know into models that cheap sensors can run.",
        subcommands = {
            DemoCommand.class,
            StreamCommand.class,
            ServeCommand.class,
            SecretsCommand.class,
            StageCommand.class,
            BenchCommand.class,
            TokenCommand.class,
            DependenciesCommand.class
        })
public final class Fleet {

    private Fleet() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Fleet())
                .setExecutionExceptionHandler((exception, line, _) -> {
                    line.getErr().println("retort: " + cause(exception));
                    if (System.getenv("RETORT_TRACE") != null) {
                        exception.printStackTrace(line.getErr());
                    }
                    return line.getCommandSpec().exitCodeOnExecutionException();
                });
    }

    /// The messages of an exception and its causes, each once.
    private static String cause(Throwable exception) {
        StringBuilder said = new StringBuilder();
        for (Throwable e = exception; e != null; e = e.getCause()) {
            String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            if (said.indexOf(message) < 0) {
                said.append(said.isEmpty() ? "" : ": ").append(message);
            }
        }
        return said.toString();
    }
}
