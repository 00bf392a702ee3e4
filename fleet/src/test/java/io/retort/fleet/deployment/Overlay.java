package io.retort.fleet.deployment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// The overlays, and the program that renders them.
final class Overlay {

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    static final List<String> ALL = List.of("dev", "plant", "edge");

    /// Made by the operations team: docs/operations/install-kubernetes.md.
    static final Set<String> SECRETS =
            Set.of(
                    "retort-tokens",
                    "retort-credential-model-registry",
                    "retort-credential-teacher-service",
                    "retort-credential-distillation-service",
                    "retort-credential-edge-gateway",
                    "retort-postgresql",
                    "retort-s3");

    private Overlay() {}

    /// Skips the test, and says so, where there is no kubectl.
    static String render(String overlay) throws IOException, InterruptedException {
        return run(
                "kubectl is not installed: manifests are not rendered",
                "kubectl",
                "kustomize",
                ROOT.resolve("k8s/overlays/" + overlay).toString());
    }

    /// What a program prints; skips the test where there is no such program.
    ///
    /// @throws AssertionError with all of its output where it fails
    static String run(String absent, String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            Assumptions.abort(absent);
            throw e;
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError(String.join(" ", command) + " failed:\n" + output);
        }
        return output;
    }
}
