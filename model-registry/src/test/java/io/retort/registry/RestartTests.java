package io.retort.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.retort.contract.Records;
import io.retort.contract.Topics;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.ReleaseEvent;
import io.retort.registry.RunningRegistry.Artifact;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

class RestartTests {

    private static final Artifact ARTIFACT = Artifact.of("the model");

    @TempDir Path data;
    @TempDir Path kafka;

    @ParameterizedTest
    @ValueSource(strings = {"H2", "PostgreSQL"})
    void aRestartKeepsEverythingAndEventsReachTheBrokerOnceItIsThere(String database)
            throws Exception {
        switch (database) {
            case "H2" -> restarts("--spring.datasource.hikari.pool-name=h2");
            case "PostgreSQL" -> {
                try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
                    restarts(
                            "--spring.datasource.url="
                                    + postgres.getJdbcUrl("postgres", "postgres"));
                }
            }
            default -> throw new AssertionError(database);
        }
    }

    private void restarts(String database) throws Exception {
        int port = RunningRegistry.freePort();
        String brokers = "127.0.0.1:" + port;
        JsonNode version;
        try (ConfigurableApplicationContext first =
                RunningRegistry.start(data, brokers, database)) {
            upload(first);
            version = publish(first, 1);
            move(first, 1);
        }
        try (ConfigurableApplicationContext second =
                RunningRegistry.start(
                        data,
                        brokers,
                        database,
                        "--retort.events.retry=200ms",
                        "--spring.cloud.stream.binding-retry-interval=1")) {
            assertThat(get(second, "/api/v1/models/pet-sorter/aliases/production").body())
                    .contains(version.get("contentHash").asString());
            assertThat(get(second, "/api/v1/artifacts/" + ARTIFACT.sha256()).body())
                    .isEqualTo("the model");
            assertThat(get(second, "/api/v1/models/pet-sorter/versions/1/card").body())
                    .isEqualTo("the model");
            publish(second, 2);
            move(second, 2);
            assertThat(outbox(second)).isEqualTo(4);

            try (Broker _ = Broker.start(kafka, port)) {
                assertThat(describe(consume(brokers, 4)))
                        .containsExactly("published 1", "0>1", "published 2", "1>2");
                Awaitility.await().untilAsserted(() -> assertThat(outbox(second)).isZero());
            }

            // The broker goes in mid-life, and comes back.
            publish(second, 3);
            move(second, 3);
            assertThat(get(second, "/actuator/health").statusCode()).isEqualTo(200);
            try (Broker _ = Broker.start(kafka, port)) {
                List<ConsumerRecord<byte[], byte[]>> records = consume(brokers, 6);
                assertThat(describe(records))
                        .containsExactly(
                                "published 1", "0>1", "published 2", "1>2", "published 3", "2>3");
                assertOnTheWire(records.get(4));
            }
        }
    }

    /// The file as it is when the answer arrives is what a killed process leaves behind.
    @Test
    void whatWasAnsweredOutlivesAKill() throws Exception {
        Artifact artifact = RunningRegistry.H2.upload();
        Path copy = data.resolve("registry.mv.db");
        Files.copy(RunningRegistry.H2.data().resolve("registry.mv.db"), copy);
        try (Connection connection =
                        DriverManager.getConnection(
                                "jdbc:h2:file:"
                                        + data.resolve("registry")
                                        + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE",
                                "",
                                "");
                PreparedStatement query =
                        connection.prepareStatement("SELECT * FROM artifact WHERE sha256 = ?")) {
            query.setString(1, artifact.sha256().hex());
            assertThat(query.executeQuery().next()).isTrue();
        }
    }

    @Test
    void whileTheDatabaseIsAwayTheRegistryLivesAndSaysSo() throws Exception {
        EmbeddedPostgres postgres = EmbeddedPostgres.start();
        try (ConfigurableApplicationContext registry =
                RunningRegistry.start(
                        data,
                        "127.0.0.1:" + RunningRegistry.freePort(),
                        "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                        "--spring.datasource.hikari.connection-timeout=500")) {
            assertThat(get(registry, "/api/v1/models").statusCode()).isEqualTo(200);
            postgres.close();
            for (String path : List.of("/api/v1/models", "/api/v1/models/m/aliases/a")) {
                HttpResponse<String> answer = get(registry, path);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).contains("5");
                assertThat(RunningRegistry.parse(answer).get("type").asString())
                        .isEqualTo("urn:retort:problem:unavailable");
            }
            assertThat(get(registry, "/actuator/health/liveness").statusCode()).isEqualTo(200);
            assertThat(get(registry, "/actuator/health/readiness").statusCode()).isEqualTo(503);
        }
    }

    private static void assertOnTheWire(ConsumerRecord<byte[], byte[]> record) {
        ReleaseEvent event = Records.releaseEvent(record.value());
        assertThat(new String(record.key(), UTF_8)).isEqualTo("pet-sorter");
        assertThat(event.getVersionPublished().getArtifactsMap())
                .isEqualTo(
                        Map.of(
                                "fp32",
                                ARTIFACT.sha256().hex(),
                                "card.json",
                                ARTIFACT.sha256().hex()));
        Map<String, String> headers = new TreeMap<>();
        record.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
        assertThat(headers)
                .containsOnlyKeys(
                        "ce_id",
                        "ce_source",
                        "ce_specversion",
                        "ce_subject",
                        "ce_time",
                        "ce_type",
                        "content-type")
                .containsEntry("ce_id", event.getId())
                .containsEntry("ce_source", "/model-registry")
                .containsEntry("ce_specversion", "1.0")
                .containsEntry("ce_subject", "pet-sorter")
                .containsEntry("ce_type", "io.retort.release-event.v1")
                .containsEntry("content-type", "application/protobuf");
    }

    private static List<String> describe(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream()
                .map(record -> Records.releaseEvent(record.value()))
                .map(event ->
                        switch (event.getKindCase()) {
                            case VERSION_PUBLISHED ->
                                    "published " + event.getVersionPublished().getVersion();
                            case ALIAS_MOVED ->
                                    event.getAliasMoved().getPreviousVersion()
                                            + ">"
                                            + event.getAliasMoved().getVersion();
                            case KIND_NOT_SET -> "nothing";
                        })
                .toList();
    }

    /// What comes until as many are there, and a moment longer for those that should not come.
    private static List<ConsumerRecord<byte[], byte[]>> consume(String brokers, int count) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                brokers,
                                "group.id",
                                UUID.randomUUID().toString(),
                                "auto.offset.reset",
                                "earliest",
                                "metadata.max.age.ms",
                                200),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(Topics.RELEASE_EVENTS));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> {
                        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                        return records.size() >= count;
                    });
            consumer.poll(Duration.ofMillis(500)).forEach(records::add);
        }
        return records;
    }

    private static double outbox(ConfigurableApplicationContext registry) {
        return RunningRegistry.parse(get(registry, "/actuator/metrics/retort.events.outbox"))
                .at("/measurements/0/value")
                .asDouble();
    }

    private static void upload(ConfigurableApplicationContext registry) {
        HttpRequest request =
                HttpRequest.newBuilder(
                                RunningRegistry.uri(
                                        registry, "/api/v1/artifacts/" + ARTIFACT.sha256()))
                        .header("Content-Type", "application/octet-stream")
                        .PUT(BodyPublishers.ofByteArray(ARTIFACT.bytes()))
                        .build();
        assertThat(RunningRegistry.send(request).statusCode()).isEqualTo(201);
    }

    private static JsonNode publish(ConfigurableApplicationContext registry, int run) {
        String content =
                """
                {"schema": %1$s, "modalities": ["rgb"],
                 "artifacts": {"fp32": {"sha256": "%2$s", "bytes": 9},
                               "card.json": {"sha256": "%2$s", "bytes": 9}},
                 "provenance": {"run": %3$d}, "evaluation": {}}
                """
                        .formatted(Schema.article().toJson(), ARTIFACT.sha256(), run);
        HttpResponse<String> answer =
                RunningRegistry.send(
                        json(registry, "/api/v1/models/pet-sorter/versions")
                                .POST(BodyPublishers.ofString(content))
                                .build());
        assertThat(answer.statusCode()).isEqualTo(201);
        return RunningRegistry.parse(answer);
    }

    private static void move(ConfigurableApplicationContext registry, int version) {
        HttpResponse<String> answer =
                RunningRegistry.send(
                        json(registry, "/api/v1/models/pet-sorter/aliases/production")
                                .PUT(
                                        BodyPublishers.ofString(
                                                "{\"version\": %d, \"expected\": %d}"
                                                        .formatted(version, version - 1)))
                                .build());
        assertThat(answer.statusCode()).isIn(200, 201);
    }

    private static HttpResponse<String> get(ConfigurableApplicationContext registry, String path) {
        return RunningRegistry.send(
                HttpRequest.newBuilder(RunningRegistry.uri(registry, path)).build());
    }

    private static HttpRequest.Builder json(ConfigurableApplicationContext registry, String path) {
        return HttpRequest.newBuilder(RunningRegistry.uri(registry, path))
                .header("Content-Type", "application/json");
    }
}
