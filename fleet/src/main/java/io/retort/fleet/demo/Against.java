package io.retort.fleet.demo;

import io.retort.fleet.running.Doors;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// The doors of a fleet that runs already, as the command line names them.
final class Against {

    /// Where docker-compose.yml publishes them.
    private static final Map<String, String> COMPOSE =
            Map.of(
                    "gateway", "http://127.0.0.1:8080",
                    "teacher", "http://127.0.0.1:8081",
                    "distillation", "http://127.0.0.1:8082",
                    "registry", "http://127.0.0.1:8083",
                    "brokers", "127.0.0.1:9092");

    private Against() {}

    /// @param text `compose`, or `gateway=URL,teacher=URL,...`, where what is not named is
    ///   Compose's
    /// @param token file with the token; one that is not there stands for none
    static Doors doors(String text, Path token) throws IOException {
        Map<String, String> doors = new LinkedHashMap<>(COMPOSE);
        if (!text.equals("compose")) {
            for (String part : text.split(",(?=[a-z]+=)")) {
                int equals = part.indexOf('=');
                String name = equals < 0 ? part : part.substring(0, equals);
                if (equals < 0 || doors.replace(name, part.substring(equals + 1)) == null) {
                    throw new IllegalArgumentException(
                            "--against takes 'compose', or URLs as gateway=, teacher=,"
                                    + " distillation=, registry= and brokers=HOST:PORT, with"
                                    + " commas between; not '"
                                    + part
                                    + "'");
                }
            }
        }
        return new Doors(
                url(doors, "teacher"),
                url(doors, "distillation"),
                url(doors, "registry"),
                url(doors, "gateway"),
                Objects.requireNonNull(doors.get("brokers")),
                Files.exists(token) ? Files.readString(token).strip() : "");
    }

    private static URI url(Map<String, String> doors, String name) {
        return URI.create(Objects.requireNonNull(doors.get(name)));
    }
}
