package io.retort.fleet.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.contract.Digests;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Capture;
import io.retort.distillation.export.Captures;
import io.retort.distillation.export.Export;
import io.retort.distillation.export.Exported;
import io.retort.fleet.simulation.Simulation;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.model.Weights;
import io.retort.preprocessing.Preprocessing;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `docs/operations/backup.md`, step by step, for the database in a file and the files in a folder.
class RestoreDrillTests {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Schema SCHEMA = Schema.article().select(List.of("rgb")).resized(32);
    private static final Capture CAPTURE =
            new Simulation(5, 1, Simulation.PACKAGING).item(0).capture();

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger answered = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> failed = new ConcurrentLinkedQueue<>();

    @TempDir Path folder;

    @Test
    void aRegistryThatIsDestroyedComesBackAndTheGatewayServesOnThroughout() throws Exception {
        Path data = folder.resolve("model-registry");
        Path copy = Files.createDirectory(folder.resolve("backup"));
        int port = freePort();
        URI registry = URI.create("http://127.0.0.1:" + port);
        int gatewayPort = freePort();
        URI gateway = URI.create("http://127.0.0.1:" + gatewayPort);
        List<byte[]> files = List.of(onnx(1), onnx(2), onnx(3));

        ConfigurableApplicationContext running = registry(data, port);
        try (ConfigurableApplicationContext _ = gateway(registry, gatewayPort)) {
            publish(registry, files.get(0));
            publish(registry, files.get(1));
            move(registry, 1);
            awaitVersion(gateway, 1);
            Thread station = Thread.ofVirtual().start(() -> askOnAndOn(gateway));

            // The copy: the database while the registry is down, then the files while it is up.
            List<JsonNode> before = state(registry);
            running.close();
            Files.copy(data.resolve("registry.mv.db"), copy.resolve("registry.mv.db"));
            running = registry(data, port);
            publish(registry, files.get(2));
            FileSystemUtils.copyRecursively(data.resolve("artifacts"), copy.resolve("artifacts"));

            // The disaster.
            running.close();
            assertThat(FileSystemUtils.deleteRecursively(data)).isTrue();
            awaitAnswers(20);

            // What starts on an empty folder knows nothing, and makes no gateway forget its model.
            running = registry(data, port);
            assertThat(get(registry, "/api/v1/models/sorter").statusCode()).isEqualTo(404);
            awaitAnswers(20);
            running.close();
            assertThat(FileSystemUtils.deleteRecursively(data)).isTrue();

            // The restoration.
            FileSystemUtils.copyRecursively(copy, data);
            running = registry(data, port);
            assertThat(state(registry)).isEqualTo(before);
            for (int version = 1; version <= 2; version++) {
                byte[] file = files.get(version - 1);
                String digest = Digests.sha256Hex(file);
                assertThat(before.get(version - 1).at("/artifacts/int8/sha256").asString())
                        .isEqualTo(digest);
                assertThat(download(registry, digest)).isEqualTo(file);
            }
            // The third file came after the copy of the database.
            assertThat(post(registry, "/api/v1/artifacts/scrub", ""))
                    .isEqualTo("{\"checked\":2,\"damaged\":[],\"unknown\":1}");

            // The gateway follows as before, and what was published after the copy comes again.
            move(registry, 2);
            awaitVersion(gateway, 2);
            publish(registry, files.get(2));
            move(registry, 3);
            awaitVersion(gateway, 3);
            assertThat(post(registry, "/api/v1/artifacts/scrub", ""))
                    .isEqualTo("{\"checked\":3,\"damaged\":[],\"unknown\":0}");

            station.interrupt();
            station.join();
            assertThat(failed).isEmpty();
            assertThat(answered.get()).isGreaterThan(60);
        } finally {
            running.close();
        }
    }

    private static ConfigurableApplicationContext registry(Path data, int port) throws IOException {
        return run(
                Service.MODEL_REGISTRY,
                port,
                "--retort.data=" + data,
                "--spring.cloud.stream.kafka.binder.configuration.request.timeout.ms=1000",
                "--spring.cloud.stream.kafka.binder.configuration.default.api.timeout.ms=1000");
    }

    private ConfigurableApplicationContext gateway(URI registry, int port) throws IOException {
        return run(
                Service.EDGE_GATEWAY,
                port,
                "--retort.data=" + folder.resolve("edge-gateway"),
                "--retort.rollout.registry=" + registry,
                "--retort.rollout.model=sorter",
                "--retort.rollout.poll=200ms",
                "--retort.rollout.longest-wait=1s",
                "--spring.autoconfigure.exclude="
                        + String.join(",", Service.EDGE_GATEWAY.foreignAutoConfigurations()));
    }

    /// Its broker is always away.
    private static ConfigurableApplicationContext run(Service service, int port, String... more)
            throws IOException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--server.address=127.0.0.1",
                                "--server.port=" + port,
                                "--management.server.port=0",
                                "--retort.access.mode=open",
                                "--spring.cloud.stream.kafka.binder.brokers=127.0.0.1:"
                                        + freePort()));
        arguments.addAll(List.of(more));
        return service.application()
                .registerShutdownHook(false)
                .run(arguments.toArray(String[]::new));
    }

    private void askOnAndOn(URI gateway) {
        HttpRequest request =
                request(gateway, "/api/v1/assessments")
                        .header("Content-Type", "application/x-protobuf")
                        .POST(BodyPublishers.ofByteArray(CAPTURE.toByteArray()))
                        .timeout(Duration.ofSeconds(20))
                        .build();
        try {
            while (true) {
                HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    answered.incrementAndGet();
                } else {
                    failed.add(answer.statusCode() + " " + answer.body());
                }
            }
        } catch (IOException e) {
            failed.add(e.toString());
        } catch (InterruptedException e) {
            // The drill is over.
        }
    }

    private void awaitAnswers(int more) {
        int from = answered.get();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> answered.get() >= from + more);
    }

    private void awaitVersion(URI gateway, int version) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(get(gateway, "/api/v1/model").body())
                                .contains("\"version\":" + version));
    }

    /// The versions by number from 1 on, and the aliases.
    private List<JsonNode> state(URI registry) throws Exception {
        return List.of(
                json(registry, "/api/v1/models/sorter/versions/1"),
                json(registry, "/api/v1/models/sorter/versions/2"),
                json(registry, "/api/v1/models/sorter/aliases"));
    }

    private void publish(URI registry, byte[] file) throws Exception {
        String digest = Digests.sha256Hex(file);
        HttpRequest upload =
                request(registry, "/api/v1/artifacts/" + digest)
                        .header("Content-Type", "application/octet-stream")
                        .PUT(BodyPublishers.ofByteArray(file))
                        .build();
        assertThat(client.send(upload, BodyHandlers.ofString()).statusCode()).isIn(200, 201);
        post(
                registry,
                "/api/v1/models/sorter/versions",
                """
                {"schema": %s, "modalities": ["rgb"],
                 "artifacts": {"int8": {"sha256": "%s", "bytes": %d}}}
                """
                        .formatted(SCHEMA.toJson(), digest, file.length));
    }

    private byte[] download(URI registry, String digest) throws Exception {
        return client.send(
                        request(registry, "/api/v1/artifacts/" + digest).build(),
                        BodyHandlers.ofByteArray())
                .body();
    }

    private void move(URI registry, int version) throws Exception {
        HttpRequest request =
                request(registry, "/api/v1/models/sorter/aliases/production")
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString("{\"version\": " + version + "}"))
                        .build();
        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isIn(200, 201);
    }

    private String post(URI service, String path, String json) throws Exception {
        HttpRequest request =
                request(service, path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json))
                        .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
        return answer.body();
    }

    private JsonNode json(URI service, String path) throws Exception {
        HttpResponse<String> answer = get(service, path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private HttpResponse<String> get(URI service, String path) throws Exception {
        return client.send(request(service, path).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(URI service, String path) {
        return HttpRequest.newBuilder(service.resolve(path));
    }

    private static byte[] onnx(int seed) throws IOException {
        Architecture architecture = Architectures.student(SCHEMA, "retort-plain");
        float[] tensor =
                new Preprocessing(SCHEMA).tensor("rgb", CAPTURE.getModalitiesOrThrow("rgb"));
        List<Map<String, float[]>> inputs = List.of(Map.of("rgb", tensor), Map.of("rgb", tensor));
        Path folder = Files.createTempDirectory("drill");
        try {
            Exported exported =
                    Export.write(
                            architecture,
                            Weights.initial(architecture, seed),
                            SCHEMA,
                            Map.of("retort.model", "sorter"),
                            new Captures(inputs, inputs.subList(0, 1), inputs, true),
                            folder);
            return Files.readAllBytes(exported.int8());
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
