package io.retort.fleet.running;

import io.retort.access.AccessTable;
import io.retort.access.Role;
import io.retort.access.Row;
import io.retort.access.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A fleet that knows one caller of each role.
final class EverybodysFleet implements AutoCloseable {

    private static final String GRPC = "/inference.GRPCInferenceService/";

    private final RunningFleet fleet;
    private final Map<Role, String> tokens;

    private EverybodysFleet(RunningFleet fleet, Map<Role, String> tokens) {
        this.fleet = fleet;
        this.tokens = tokens;
    }

    static EverybodysFleet start(Path folder) throws IOException {
        Map<Role, String> tokens = new EnumMap<>(Role.class);
        List<String> lines = new ArrayList<>();
        for (Role role : Role.values()) {
            String token = Tokens.fresh();
            tokens.put(role, token);
            lines.add(Tokens.line("the-" + role.text(), EnumSet.of(role), token));
        }
        Path callers = Files.write(folder.resolve("tokens"), lines);
        return new EverybodysFleet(
                RunningFleet.start(
                        new FleetSettings(folder.resolve("data"), true, "student", callers),
                        said -> {}),
                tokens);
    }

    RunningFleet fleet() {
        return fleet;
    }

    String token(Role role) {
        return Objects.requireNonNull(tokens.get(role));
    }

    /// Those of HTTP.
    List<Row> rows(Service service) {
        return fleet.context(service).getBean(AccessTable.class).rows().stream()
                .filter(row -> !row.pattern().startsWith(GRPC))
                .toList();
    }

    @Override
    public void close() {
        fleet.close();
    }
}
