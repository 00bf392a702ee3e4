package io.retort.fleet.bench.gateway;

import io.retort.fleet.bench.plain.PlainService;
import io.retort.gateway.EdgeGateway;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What the build left to start processes from, as `./retort` does.
final class Installed {

    private Installed() {}

    /// Class path and main class of the gateway, which knows nothing of the fleet.
    ///
    /// @throws IOException where the gateway's module was not built
    static List<String> gateway() throws IOException {
        Path target = modules().resolve("edge-gateway").resolve("target");
        Path libraries = target.resolve("classpath.txt");
        if (!Files.exists(libraries)) {
            throw new IOException(libraries + " is not there: ./retort build makes it");
        }
        return List.of(
                "-cp",
                target.resolve("classes") + ":" + Files.readString(libraries).strip(),
                EdgeGateway.class.getName());
    }

    /// As [#gateway()], from archives alone: the only class path that a cache can be made for.
    ///
    /// @throws IOException where an archive was not built
    static List<String> gatewayArchives() throws IOException {
        List<String> launch = gateway();
        Path target = modules().resolve("edge-gateway").resolve("target");
        try (Stream<Path> files = Files.list(target)) {
            Path archive =
                    files.filter(f ->
                                    f.getFileName().toString().matches("edge-gateway-.*[^s]\\.jar"))
                            .findFirst()
                            .orElseThrow(() ->
                                    new IOException(
                                            "there is no archive in "
                                                    + target
                                                    + ": ./retort build makes it"));
            String libraries = launch.get(1).substring(launch.get(1).indexOf(':') + 1);
            return List.of(launch.getFirst(), archive + ":" + libraries, launch.getLast());
        }
    }

    /// Class path and main class of the service that it is compared with: those of this process.
    static List<String> plain() {
        return List.of("-cp", System.getProperty("java.class.path"), PlainService.class.getName());
    }

    /// The folder that holds the modules' folders.
    private static Path modules() throws IOException {
        try {
            Path classes =
                    Path.of(
                            Installed.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
            // <modules>/fleet/target/classes
            return classes.resolve("../../..").normalize();
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }
}
