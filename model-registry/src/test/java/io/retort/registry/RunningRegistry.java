package io.retort.registry;

import io.retort.registry.artifacts.Sha256;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A whole registry on each database and each store, started when a test first asks for it, and
/// stopped when the tests are over. Its broker is always away.
public final class RunningRegistry {

    public static final RunningRegistry H2 =
            new RunningRegistry("H2 and a folder", RunningRegistry::folder);
    public static final RunningRegistry POSTGRES =
            new RunningRegistry("PostgreSQL and S3", data -> server(embedded(), S3Server.shared()));
    public static final RunningRegistry CONTAINERS =
            new RunningRegistry(
                    "PostgreSQL and S3 in containers",
                    data ->
                            server(
                                    List.of(
                                            "--spring.datasource.url="
                                                    + Containers.postgres().getJdbcUrl(),
                                            "--spring.datasource.username="
                                                    + Containers.postgres().getUsername(),
                                            "--spring.datasource.password="
                                                    + Containers.postgres().getPassword()),
                                    Containers.s3()));

    /// More than one part of a multipart upload.
    public static final int LARGEST_ARTIFACT = 10 * 1024 * 1024;

    private static final String KAFKA = "--spring.cloud.stream.kafka.binder.configuration.";
    private static final JsonMapper JSON = new JsonMapper();
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final String name;
    private final Surroundings surroundings;
    private @Nullable ConfigurableApplicationContext context;
    private @Nullable Path data;
    private @Nullable StoredFiles stored;

    private RunningRegistry(String name, Surroundings surroundings) {
        this.name = name;
        this.surroundings = surroundings;
    }

    /// Starts what a registry needs.
    private interface Surroundings {

        Place start(Path data) throws IOException;
    }

    /// @param arguments what a registry that finds it all is started with
    private record Place(StoredFiles stored, List<String> arguments) {}

    @Override
    public String toString() {
        return name;
    }

    public <T> T bean(Class<T> type) {
        return context().getBean(type);
    }

    public StoredFiles stored() {
        context();
        return Objects.requireNonNull(stored);
    }

    Path data() {
        context();
        return Objects.requireNonNull(data);
    }

    public URI uri(String path) {
        return uri(context(), path);
    }

    public HttpResponse<String> get(String path, String... headers) {
        return send(request("GET", path, BodyPublishers.noBody(), headers));
    }

    public JsonNode json(String path) {
        HttpResponse<String> answer = get(path);
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    public HttpResponse<String> post(String path, String json) {
        return send(
                request(
                        "POST",
                        path,
                        BodyPublishers.ofString(json),
                        "Content-Type",
                        "application/json"));
    }

    public HttpResponse<String> put(String path, String json) {
        return send(
                request(
                        "PUT",
                        path,
                        BodyPublishers.ofString(json),
                        "Content-Type",
                        "application/json"));
    }

    public HttpResponse<String> upload(Sha256 sha256, byte[] bytes) {
        return upload(sha256, BodyPublishers.ofByteArray(bytes));
    }

    public HttpResponse<String> upload(Sha256 sha256, BodyPublisher body) {
        return send(
                request(
                        "PUT",
                        "/api/v1/artifacts/" + sha256,
                        body,
                        "Content-Type",
                        "application/octet-stream"));
    }

    /// Uploads bytes that no other test has.
    public Artifact upload() {
        Artifact artifact = Artifact.of("artifact " + NUMBER.incrementAndGet());
        HttpResponse<String> answer = upload(artifact.sha256(), artifact.bytes());
        if (answer.statusCode() != 201) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return artifact;
    }

    /// A name that no other test has.
    public static String freshName() {
        return "model-" + NUMBER.incrementAndGet();
    }

    public HttpRequest request(String method, String path, BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request.build();
    }

    public static JsonNode parse(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    public static HttpResponse<String> send(HttpRequest request) {
        return send(request, BodyHandlers.ofString());
    }

    public static <T> HttpResponse<T> send(
            HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return CLIENT.send(request, handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public record Artifact(Sha256 sha256, byte[] bytes) {

        public static Artifact of(String content) {
            return of(content.getBytes(StandardCharsets.UTF_8));
        }

        public static Artifact of(byte[] bytes) {
            return new Artifact(Sha256.of(bytes), bytes);
        }
    }

    /// Starts a registry of its own that no other test sees.
    static ConfigurableApplicationContext start(Path data, String brokers, String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--server.port=0",
                                "--retort.data=" + data,
                                "--spring.cloud.stream.kafka.binder.brokers=" + brokers,
                                KAFKA + "request.timeout.ms=1000",
                                KAFKA + "default.api.timeout.ms=1000"));
        arguments.addAll(List.of(more));
        return ModelRegistry.application().run(arguments.toArray(String[]::new));
    }

    static URI uri(ConfigurableApplicationContext context, String path) {
        return URI.create(
                "http://localhost:"
                        + context.getEnvironment().getProperty("local.server.port")
                        + path);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private synchronized ConfigurableApplicationContext context() {
        if (context == null) {
            try {
                context = start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return context;
    }

    private ConfigurableApplicationContext start() throws IOException {
        Path folder = Files.createTempDirectory("registry");
        data = folder;
        SpringApplication.getShutdownHandlers().add(() -> delete(folder));
        List<String> more = new ArrayList<>();
        more.add("--retort.artifacts.largest=" + LARGEST_ARTIFACT + "B");
        Place place = surroundings.start(folder);
        stored = place.stored();
        more.addAll(place.arguments());
        return start(folder, "localhost:" + freePort(), more.toArray(String[]::new));
    }

    private static Place folder(Path data) {
        return new Place(new StoredFiles.InFolder(data.resolve("artifacts")), List.of());
    }

    private static Place server(List<String> database, S3Server s3) {
        String bucket = s3.newBucket();
        List<String> arguments = new ArrayList<>(database);
        arguments.addAll(List.of(s3.arguments(bucket)));
        return new Place(new StoredFiles.InBucket(s3.client(), bucket), arguments);
    }

    private static List<String> embedded() throws IOException {
        EmbeddedPostgres server = EmbeddedPostgres.builder().setRegisterShutdownHook(false).start();
        SpringApplication.getShutdownHandlers().add(() -> close(server));
        return List.of("--spring.datasource.url=" + server.getJdbcUrl("postgres", "postgres"));
    }

    private static void delete(Path folder) {
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(EmbeddedPostgres postgres) {
        try {
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
