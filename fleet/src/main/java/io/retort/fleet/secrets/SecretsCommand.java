package io.retort.fleet.secrets;

import io.retort.fleet.terminal.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Before the first `docker compose up`.
@Command(
        name = "secrets",
        mixinStandardHelpOptions = true,
        description = {
            "Makes the tokens, passwords and keys that docker-compose.yml reads from files. Those that"
                    + " are there already are kept.",
            "credential-demo may do everything: it is what ./retort demo --against compose shows."
        })
public final class SecretsCommand implements Callable<Integer> {

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            defaultValue = "secrets",
            description = "Where they are kept (default: ${DEFAULT-VALUE}).")
    private @Nullable Path folder;

    @Override
    public Integer call() throws IOException {
        List<String> made = Secrets.make(Objects.requireNonNull(folder), new SecureRandom());
        Console.standard()
                .line(
                        made.isEmpty()
                                ? "Nothing was missing in " + folder + "."
                                : "Made in " + folder + ": " + String.join(", ", made) + ".");
        return 0;
    }
}
