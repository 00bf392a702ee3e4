package io.retort.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.retort.contract.schema.Schema;
import io.retort.registry.RunningRegistry.Artifact;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;
import org.springframework.context.ConfigurableApplicationContext;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.postgresql.PostgreSQLContainer;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;
import tools.jackson.databind.JsonNode;

/// `docs/operations/backup.md`, step by step, for files in S3.
@ParameterizedClass
@ArgumentsSource(RestoreTests.Databases.class)
class RestoreTests {

    private static final String VERSIONS = "/api/v1/models/sorter/versions";
    private static final String ALIASES = "/api/v1/models/sorter/aliases";

    private final Database database;

    @TempDir Path folder;

    RestoreTests(Database database) {
        this.database = database;
    }

    /// A database, and how operators copy it.
    sealed interface Database {

        S3Server s3();

        /// Whether it can be copied while the registry runs.
        boolean online();

        List<String> arguments(Path folder);

        void copy(Path folder) throws Exception;

        /// Leaves what a registry can start on.
        void destroy(Path folder) throws Exception;

        void restore(Path folder) throws Exception;
    }

    static final class Databases implements ArgumentsProvider {

        @Override
        public Stream<? extends Arguments> provideArguments(
                ParameterDeclarations parameters, ExtensionContext context) {
            return context.getTags().contains(OnContainers.TAG)
                    ? Containers.arguments(
                            () -> new Postgres(S3Server.contained(), Containers.postgres()))
                    : Stream.of(Arguments.of(new H2(S3Server.shared())));
        }
    }

    record H2(S3Server s3) implements Database {

        @Override
        public String toString() {
            return "H2";
        }

        @Override
        public boolean online() {
            return false;
        }

        @Override
        public List<String> arguments(Path folder) {
            return List.of();
        }

        @Override
        public void copy(Path folder) throws IOException {
            Files.copy(file(folder), folder.resolve("copy"));
        }

        @Override
        public void destroy(Path folder) throws IOException {
            Files.delete(file(folder));
        }

        @Override
        public void restore(Path folder) throws IOException {
            Files.copy(folder.resolve("copy"), file(folder));
        }

        private static Path file(Path folder) {
            return folder.resolve("registry.mv.db");
        }
    }

    /// The tools are those in PostgreSQL's own image.
    record Postgres(S3Server s3, PostgreSQLContainer container) implements Database {

        private static final String NAME = "drill";

        @Override
        public String toString() {
            return "PostgreSQL";
        }

        @Override
        public boolean online() {
            return true;
        }

        @Override
        public List<String> arguments(Path folder) {
            try {
                sql("CREATE DATABASE " + NAME);
            } catch (SQLException e) {
                // Is there from the start before.
                assertThat(e.getSQLState()).isEqualTo("42P04");
            }
            return List.of(
                    "--spring.datasource.url="
                            + container
                                    .getJdbcUrl()
                                    .replace("/" + container.getDatabaseName(), "/" + NAME),
                    "--spring.datasource.username=" + container.getUsername(),
                    "--spring.datasource.password=" + container.getPassword());
        }

        @Override
        public void copy(Path folder) throws Exception {
            run("pg_dump", "--format=custom", "--file=/tmp/registry.dump", NAME);
        }

        @Override
        public void destroy(Path folder) throws SQLException {
            sql("DROP DATABASE " + NAME + " WITH (FORCE)");
            sql("CREATE DATABASE " + NAME);
        }

        @Override
        public void restore(Path folder) throws Exception {
            run("pg_restore", "--exit-on-error", "--dbname=" + NAME, "/tmp/registry.dump");
        }

        private void run(String command, String... arguments) throws Exception {
            List<String> all =
                    new ArrayList<>(List.of(command, "--username=" + container.getUsername()));
            all.addAll(Arrays.asList(arguments));
            ExecResult result = container.execInContainer(all.toArray(String[]::new));
            assertThat(result.getExitCode()).as(result.getStderr()).isZero();
        }

        private void sql(String sql) throws SQLException {
            try (Connection connection =
                            DriverManager.getConnection(
                                    container.getJdbcUrl(),
                                    container.getUsername(),
                                    container.getPassword());
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void aRegistryThatIsDestroyedComesBackAsItWasCopied() throws Exception {
        String bucket = database.s3().newBucket();
        String copies = database.s3().newBucket();
        Artifact one = Artifact.of("one");
        Artifact two = Artifact.of("two");
        Artifact three = Artifact.of("three");
        List<JsonNode> before;

        try (ConfigurableApplicationContext registry = start(bucket)) {
            publish(registry, one);
            publish(registry, two);
            move(registry, 1);
            before = state(registry);
            if (database.online()) {
                database.copy(folder);
                publish(registry, three);
            }
        }
        if (!database.online()) {
            database.copy(folder);
            try (ConfigurableApplicationContext registry = start(bucket)) {
                publish(registry, three);
            }
        }
        copy(bucket, copies);

        database.destroy(folder);
        empty(bucket);
        try (ConfigurableApplicationContext registry = start(bucket)) {
            assertThat(get(registry, VERSIONS).statusCode()).isEqualTo(404);
        }
        database.destroy(folder);

        database.restore(folder);
        copy(copies, bucket);
        try (ConfigurableApplicationContext registry = start(bucket)) {
            assertThat(state(registry)).isEqualTo(before);
            for (Artifact artifact : List.of(one, two)) {
                assertThat(
                                get(registry, "/api/v1/artifacts/" + artifact.sha256())
                                        .body()
                                        .getBytes(UTF_8))
                        .isEqualTo(artifact.bytes());
            }
            // The third came after the copy of the database.
            assertThat(scrub(registry)).isEqualTo("{\"checked\":2,\"damaged\":[],\"unknown\":1}");
            publish(registry, three);
            assertThat(get(registry, VERSIONS + "/3").statusCode()).isEqualTo(200);
            assertThat(scrub(registry)).isEqualTo("{\"checked\":3,\"damaged\":[],\"unknown\":0}");
        }
    }

    private ConfigurableApplicationContext start(String bucket) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(database.s3().arguments(bucket)));
        arguments.addAll(database.arguments(folder));
        return RunningRegistry.start(
                folder,
                "127.0.0.1:" + RunningRegistry.freePort(),
                arguments.toArray(String[]::new));
    }

    /// As `aws s3 sync` does.
    private void copy(String from, String to) {
        try (S3Client s3 = database.s3().client()) {
            for (S3Object object :
                    s3.listObjectsV2Paginator(request -> request.bucket(from)).contents()) {
                byte[] bytes =
                        s3.getObjectAsBytes(request -> request.bucket(from).key(object.key()))
                                .asByteArray();
                s3.putObject(
                        request -> request.bucket(to).key(object.key()),
                        RequestBody.fromBytes(bytes));
            }
        }
    }

    private void empty(String bucket) {
        try (S3Client s3 = database.s3().client()) {
            s3.listObjectsV2Paginator(request -> request.bucket(bucket))
                    .contents()
                    .forEach(object ->
                            s3.deleteObject(request -> request.bucket(bucket).key(object.key())));
        }
    }

    private static List<JsonNode> state(ConfigurableApplicationContext registry) {
        return Stream.of(VERSIONS + "/1", VERSIONS + "/2", ALIASES)
                .map(path -> RunningRegistry.parse(get(registry, path)))
                .toList();
    }

    private static void publish(ConfigurableApplicationContext registry, Artifact artifact) {
        send(
                registry,
                "/api/v1/artifacts/" + artifact.sha256(),
                "PUT",
                "application/octet-stream",
                artifact.bytes());
        String content =
                """
                {"schema": %s, "modalities": ["rgb"],
                 "artifacts": {"fp32": {"sha256": "%s", "bytes": %d}}}
                """
                        .formatted(
                                Schema.article().toJson(),
                                artifact.sha256(),
                                artifact.bytes().length);
        send(registry, VERSIONS, "POST", "application/json", content.getBytes(UTF_8));
    }

    private static void move(ConfigurableApplicationContext registry, int version) {
        send(
                registry,
                ALIASES + "/production",
                "PUT",
                "application/json",
                ("{\"version\": " + version + "}").getBytes(UTF_8));
    }

    private static String scrub(ConfigurableApplicationContext registry) {
        return send(registry, "/api/v1/artifacts/scrub", "POST", "application/json", new byte[0]);
    }

    private static String send(
            ConfigurableApplicationContext registry,
            String path,
            String method,
            String type,
            byte[] body) {
        HttpResponse<String> answer =
                RunningRegistry.send(
                        HttpRequest.newBuilder(RunningRegistry.uri(registry, path))
                                .header("Content-Type", type)
                                .method(method, BodyPublishers.ofByteArray(body))
                                .build());
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
        return answer.body();
    }

    private static HttpResponse<String> get(ConfigurableApplicationContext registry, String path) {
        return RunningRegistry.send(
                HttpRequest.newBuilder(RunningRegistry.uri(registry, path)).build());
    }
}
