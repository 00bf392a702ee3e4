package io.retort.distillation.publishing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.retort.distillation.Plant;
import io.retort.distillation.progress.Run;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class RegistryTests {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Run run = new Run(_ -> {});

    @TempDir Path folder;

    @BeforeEach
    void files() throws IOException {
        Files.writeString(folder.resolve("fp32.onnx"), "a network");
        Files.writeString(folder.resolve("int8.onnx"), "a smaller one");
    }

    @Test
    void filesVersionAndAliasArrive() throws IOException {
        try (RegistryServer server = RegistryServer.start()) {
            Release release = release("production");

            int version = registry(server.url()).publish(release, folder, run);

            assertThat(version).isEqualTo(1);
            release.artifacts()
                    .values()
                    .forEach(artifact ->
                            assertThat(server.artifact(artifact.sha256()))
                                    .hasSize((int) artifact.bytes()));
            assertThat(server.aliases()).containsExactly(Map.entry("student/production", 1));
            assertThat(server.versions().getFirst().path("schema").path("name").asString())
                    .isEqualTo("plant");
            assertThat(server.versions().getFirst().path("provenance").path("seed").asInt())
                    .isEqualTo(7);
        }
    }

    @Test
    void publishingAgainUploadsNothingAndMakesNoOtherVersion() throws IOException {
        try (RegistryServer server = RegistryServer.start()) {
            Registry registry = registry(server.url());
            registry.publish(release(null), folder, run);

            int version = registry.publish(release(null), folder, run);

            assertThat(version).isEqualTo(1);
            assertThat(server.versions()).hasSize(1);
            assertThat(server.requests().stream().filter(r -> r.startsWith("PUT"))).hasSize(2);
            assertThat(server.aliases()).isEmpty();
        }
    }

    @Test
    void aRegistryThatIsAwayIsWaitedFor() throws Exception {
        URI url = RegistryServer.deserted();
        CompletableFuture<Integer> version =
                CompletableFuture.supplyAsync(
                        () -> registry(url).publish(release("production"), folder, run));
        await().until(() -> retries() >= 2);

        try (RegistryServer server = RegistryServer.startAt(url)) {
            assertThat(version.get()).isEqualTo(1);
            assertThat(server.aliases()).containsKey("student/production");
        }
    }

    @Test
    void aRegistryThatFailsIsAskedAgain() throws IOException {
        try (RegistryServer server = RegistryServer.start()) {
            server.failNext(3);

            assertThat(registry(server.url()).publish(release(null), folder, run)).isEqualTo(1);
            assertThat(retries()).isEqualTo(3);
        }
    }

    @Test
    void aRegistryThatStaysAwayIsGivenUpAndNamed() throws IOException {
        URI url = RegistryServer.deserted();

        assertThatThrownBy(() ->
                        Registries.at(url, Duration.ofMillis(200))
                                .publish(release(null), folder, run))
                .isInstanceOf(PublishingException.class)
                .hasMessageStartingWith("the model registry at " + url + " has been away for ")
                .hasMessageContaining("ConnectException");
    }

    @Test
    void aRefusalIsNotRepeated() throws IOException {
        try (RegistryServer server = RegistryServer.start()) {
            Release release = release(null);
            Files.writeString(folder.resolve("int8.onnx"), "damaged since");

            assertThatThrownBy(() -> registry(server.url()).publish(release, folder, run))
                    .isInstanceOf(PublishingException.class)
                    .hasMessageContaining("422 digest mismatch");
            assertThat(retries()).isZero();
            assertThat(server.versions()).isEmpty();
        }
    }

    @Test
    void aFileThatIsGoneIsNamed() throws IOException {
        try (RegistryServer server = RegistryServer.start()) {
            Release release = release(null);
            Files.delete(folder.resolve("fp32.onnx"));

            assertThatThrownBy(() -> registry(server.url()).publish(release, folder, run))
                    .isInstanceOf(PublishingException.class)
                    .hasMessageContaining("fp32.onnx is gone");
        }
    }

    @Test
    void cancellingEndsTheWait() throws Exception {
        URI url = RegistryServer.deserted();
        CompletableFuture<Integer> version =
                CompletableFuture.supplyAsync(
                        () -> registry(url).publish(release(null), folder, run));
        await().until(() -> retries() >= 1);

        run.cancel();

        await().atMost(Duration.ofSeconds(2)).until(version::isDone);
        assertThatThrownBy(version::get).hasCauseInstanceOf(CancellationException.class);
    }

    private double retries() {
        return meters.counter("retort.publishing.retries").count();
    }

    private Registry registry(URI url) {
        return Registries.at(url, LONG, meters);
    }

    private Release release(@Nullable String alias) {
        JsonMapper json = JsonMapper.builder().build();
        try {
            return new Release(
                    "student",
                    Plant.schema().select(List.of("rgb")),
                    List.of("rgb"),
                    Map.of(
                            "fp32", Artifact.of(folder.resolve("fp32.onnx")),
                            "int8", Artifact.of(folder.resolve("int8.onnx"))),
                    json.createObjectNode().put("seed", 7),
                    json.createObjectNode(),
                    alias);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
