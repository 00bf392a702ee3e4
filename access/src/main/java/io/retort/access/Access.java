package io.retort.access;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Decides about every request of a service, by its table.
public final class Access {

    private static final Verdict ADMITTED = new Verdict.Admitted();

    private final AccessTable table;
    private final @Nullable Callers callers;

    /// @param callers null admits every request
    Access(AccessTable table, @Nullable Callers callers) {
        this.table = table;
        this.callers = callers;
    }

    boolean isOpen() {
        return callers == null;
    }

    /// @param path decoded, without parameters; of a gRPC call its full name after a slash
    public Verdict verdict(String method, String path, Presented presented) {
        if (callers == null) {
            return ADMITTED;
        }
        Row row = table.row(method, path);
        if (row != null && row.isOpen()) {
            return ADMITTED;
        }
        Caller caller = callers.caller(presented);
        if (caller == null) {
            return presented.isNothing()
                    ? new Verdict.Unknown("this needs a credential", false)
                    : new Verdict.Unknown("the credential is not known here", true);
        }
        if (row == null) {
            return new Verdict.Unnamed("there is no %s %s".formatted(method, path));
        }
        if (!caller.mayOneOf(row.admitted())) {
            return new Verdict.Forbidden(
                    "%s has %s; this needs %s".formatted(caller.name(), held(caller), needed(row)));
        }
        return ADMITTED;
    }

    private static String held(Caller caller) {
        return caller.roles().isEmpty() ? "no role" : "the role " + Role.texts(caller.roles());
    }

    private static String needed(Row row) {
        return row.admitted().stream().sorted().map(Role::text).collect(Collectors.joining(" or "));
    }
}
