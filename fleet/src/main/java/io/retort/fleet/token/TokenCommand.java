package io.retort.fleet.token;

import io.retort.access.Role;
import io.retort.access.Tokens;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Prints a new token, and the line by which services know it. The token is kept nowhere.
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a token for a caller. Prints the token, which the caller keeps, and a line for the"
                    + " file that retort.access.tokens (RETORT_ACCESS_TOKENS) names, which holds its"
                    + " hash alone.",
            "Roles: reader, publisher, operator, admin, station, gateway."
        })
public final class TokenCommand implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "Of the caller, without blanks.")
    private @Nullable String name;

    @Parameters(paramLabel = "ROLE[,ROLE]", description = "What the caller may do.")
    private @Nullable String roles;

    @Override
    public Integer call() {
        var line = Objects.requireNonNull(spec).commandLine();
        String token = Tokens.fresh();
        String known;
        try {
            known =
                    Tokens.line(
                            Objects.requireNonNull(name),
                            Role.parse(Objects.requireNonNull(roles)),
                            token);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(line, String.valueOf(e.getMessage()), e);
        }
        PrintWriter out = line.getOut();
        out.println(token);
        out.println(known);
        out.flush();
        return 0;
    }
}
