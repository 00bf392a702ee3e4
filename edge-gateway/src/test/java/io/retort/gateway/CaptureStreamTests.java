package io.retort.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.retort.contract.CloudEvent;
import io.retort.contract.InvalidRecordException;
import io.retort.contract.Records;
import io.retort.contract.Times;
import io.retort.contract.Topics;
import io.retort.contract.reference.Reference;
import io.retort.contract.v1.AliasMoved;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Classification;
import io.retort.contract.v1.Decision;
import io.retort.contract.v1.Image;
import io.retort.contract.v1.Payload;
import io.retort.contract.v1.ReleaseEvent;
import io.retort.contract.v1.Signal;
import io.retort.gateway.fixtures.Captures;
import io.retort.gateway.fixtures.Forwarding;
import io.retort.gateway.fixtures.Gateways;
import io.retort.gateway.fixtures.Onnx;
import io.retort.gateway.fixtures.RegistryServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A whole gateway on a real broker. One gateway serves all tests; the first one finds it without a
/// model, as a gateway is when it starts for the first time.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CaptureStreamTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String DEAD_LETTERS = Topics.deadLetters(Topics.CAPTURES);

    private final Onnx both = Onnx.of(Onnx.CAMERA_AND_SPECTRUM).scale(0.1f);
    private final RegistryServer registry = new RegistryServer();
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<ConsumerRecord<byte[], byte[]>> decisions = new ArrayList<>();
    private final List<ConsumerRecord<byte[], byte[]>> deadLetters = new ArrayList<>();

    private Path folder;
    private Broker broker;
    private KafkaProducer<byte[], byte[]> producer;
    private KafkaConsumer<byte[], byte[]> consumer;
    ConfigurableApplicationContext gateway;
    private String url;

    /// A broker that has started.
    record Broker(String address, Runnable stop) {}

    Broker broker() {
        EmbeddedKafkaBroker embedded = Gateways.broker();
        embedded.afterPropertiesSet();
        return new Broker(embedded.getBrokersAsString(), embedded::destroy);
    }

    @BeforeAll
    void start(@TempDir Path data) {
        folder = data;
        broker = broker();
        producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                broker.address(),
                                "max.request.size",
                                25_165_824),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                broker.address(),
                                "auto.offset.reset",
                                "earliest"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        gateway = Gateways.run(registry.url(), data, broker.address());
        url = "http://localhost:" + gateway.getEnvironment().getProperty("local.server.port");
        consumer.assign(
                List.of(
                        new TopicPartition(Topics.DECISIONS, 0),
                        new TopicPartition(DEAD_LETTERS, 0)));
    }

    @AfterAll
    void stop() {
        gateway.close();
        consumer.close();
        producer.close();
        broker.stop().run();
        registry.close();
    }

    /// The first release reaches the gateway as an event; the next poll would be in an hour.
    @Test
    @Order(1)
    void capturesWaitOnTheBrokerUntilTheFirstModelIsReleased() throws Exception {
        send(Captures.photo("waited", 0x405060));
        assertThat(position("captures")).isNull();
        registry.release(1, both.bytes());
        producer.send(new ProducerRecord<>(Topics.RELEASE_EVENTS, new byte[] {1, 2, 3})).get();
        tellOfReleaseUntilHeard(1);
        assertThat(decision("waited").getModelVersion()).isEqualTo(1);
        await().until(() -> Objects.equals(position("captures"), 1L));
    }

    @Test
    @Order(2)
    void aDecisionSaysWhatRestSaysForTheSameBytes() throws Exception {
        byte[] jpeg = Captures.picture("jpg", 40, 30, 0xc08040);
        List<Capture> captures =
                List.of(
                        Captures.photo("same-1", 0x112233),
                        Captures.of("same-2")
                                .putModalities("rgb", Captures.image(Image.Encoding.JPEG, jpeg))
                                .putModalities("spectrum", Captures.spectrum(1, 0, 3, 2))
                                .build(),
                        Captures.of("same-3")
                                .putModalities("spectrum", Captures.spectrum(4, 3, 2, 1))
                                .build());
        for (Capture capture : captures) {
            send(capture);
        }
        for (Capture capture : captures) {
            Decision decision = decision(capture.getId());
            JsonNode rest = rest(capture);
            assertThat(decision.getStation()).isEqualTo(rest.path("station").asString());
            decision.getClassificationsMap()
                    .forEach((head, classification) ->
                            same(classification, rest.path("classifications").path(head)));
            assertThat(decision.getClassificationsMap()).hasSize(2);
            assertThat(decision.getRegressionsMap().get("quality"))
                    .isEqualTo(rest.path("quality").asDouble());
            assertThat(decision.getRoute().name().toLowerCase(Locale.ROOT))
                    .isEqualTo(rest.path("route").asString());
            assertThat(decision.getConfidence()).isEqualTo(rest.path("confidence").asDouble());
            assertThat(decision.getModel()).isEqualTo(rest.path("model").asString());
            assertThat(decision.getModelVersion()).isEqualTo(rest.path("version").asInt());
            assertThat(decision.getModelDigest()).isEqualTo(rest.path("digest").asString());
        }
    }

    @Test
    @Order(2)
    void aDecisionGoesByStationWithPlainCloudEventHeaders() throws Exception {
        send(Captures.photo("headers", 0x112233));
        Decision decision = decision("headers");
        ConsumerRecord<byte[], byte[]> record = recordsOf("headers").getFirst();
        assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("s-01");
        Map<String, String> headers = headers(record);
        assertThat(headers)
                .isEqualTo(
                        new CloudEvent(
                                        "headers@" + decision.getModelDigest(),
                                        "/edge-gateway",
                                        CloudEvent.DECISION,
                                        "headers",
                                        Times.instant(decision.getDecidedAt()))
                                .headers());
    }

    @Test
    @Order(2)
    void aPoisonRecordGoesToTheDeadLettersUntouchedAndItsNeighboursAreDecidedOnce()
            throws Exception {
        byte[] poison = {(byte) 0xff, 1, 2, 3};
        send(Captures.photo("before-poison", 0x112233));
        producer.send(
                        new ProducerRecord<>(
                                Topics.CAPTURES,
                                null,
                                null,
                                utf8("s-77"),
                                poison,
                                List.of(new RecordHeader("ce_id", utf8("x")))))
                .get();
        send(Captures.photo("after-poison", 0x112233));
        decision("after-poison");
        ConsumerRecord<byte[], byte[]> rejected =
                deadLetter(record -> Arrays.equals(record.value(), poison));
        assertThat(rejected.key()).isEqualTo(utf8("s-77"));
        Map<String, String> headers = headers(rejected);
        assertThat(headers)
                .containsEntry("ce_id", "x")
                .containsEntry("x-original-topic", "captures");
        assertThat(headers.get("x-exception-message")).startsWith("capture: is not a protobuf");
        assertThat(headers)
                .containsEntry("x-exception-fqcn", InvalidRecordException.class.getName())
                .containsKeys(
                        "x-original-partition", "x-original-offset", "x-exception-stacktrace");
        settle("settled-poison");
        assertThat(recordsOf("before-poison")).hasSize(1);
        assertThat(recordsOf("after-poison")).hasSize(1);
    }

    @Test
    @Order(2)
    void capturesThatComeTogetherShareTheWaitForTheDisk() throws Exception {
        settle("settled-before-burst");
        double before = forces();
        List<Future<?>> sent = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            sent.add(
                    producer.send(
                            new ProducerRecord<>(
                                    Topics.CAPTURES,
                                    utf8("s-01"),
                                    Captures.photo("burst-" + i, 0x112233).toByteArray())));
        }
        for (Future<?> one : sent) {
            one.get();
        }
        settle("settled-after-burst");
        await().untilAsserted(() ->
                assertThat(forces() - before).as("50 a poll at most").isBetween(4.0, 100.0));
        assertThat(recordsOf("burst-199")).hasSize(1);
    }

    private double forces() {
        return gateway.getBean(MeterRegistry.class)
                .get("retort.outbox.forces")
                .tag("outbox", "decisions")
                .functionCounter()
                .count();
    }

    @Test
    @Order(2)
    void anEmptyRecordGoesToTheDeadLetters() throws Exception {
        producer.send(new ProducerRecord<>(Topics.CAPTURES, utf8("s-78"), null)).get();
        settle("settled-empty");
        ConsumerRecord<byte[], byte[]> rejected =
                deadLetter(record -> Arrays.equals(record.key(), utf8("s-78")));
        assertThat(rejected.value()).isNull();
        assertThat(headers(rejected)).containsEntry("x-exception-message", "capture: has no value");
    }

    @Test
    @Order(2)
    void aSpectrumOfTheWrongLengthAndATruncatedPictureAreNamedInTheDeadLetters() throws Exception {
        byte[] jpeg = Captures.picture("jpg", 40, 30, 0xc08040);
        Capture spectrum =
                Captures.of("short").putModalities("spectrum", Captures.spectrum(1, 2, 3)).build();
        Capture photo =
                Captures.of("cut")
                        .putModalities(
                                "rgb",
                                Captures.image(
                                        Image.Encoding.JPEG, Arrays.copyOf(jpeg, jpeg.length / 2)))
                        .build();
        Capture smell = Captures.of("smell").putModalities("smell", Captures.spectrum(1)).build();
        send(spectrum);
        send(photo);
        send(smell);
        settle("settled-invalid");
        assertThat(cause(spectrum))
                .contains("modalities[spectrum].vector.values")
                .contains("has 3 values and no axis, the schema's axis has 4");
        assertThat(cause(photo)).contains("modalities[rgb].image.data");
        assertThat(cause(smell)).contains("modalities: the model needs one or more of");
        assertThat(recordsOf("short")).isEmpty();
        assertThat(recordsOf("cut")).isEmpty();
    }

    @Test
    @Order(2)
    void aCaptureDeliveredAgainGivesOneDecisionEvenByAnotherModel() throws Exception {
        double before = count("retort.captures.duplicates");
        send(Captures.photo("again", 0x112233));
        decision("again");
        send(Captures.photo("again", 0x112233));
        int version = decision("again").getModelVersion() + 1;
        registry.release(version, both.bytes());
        tellOfReleaseUntilHeard(version);
        send(Captures.photo("again", 0x112233));
        settle("settled-again");
        assertThat(recordsOf("again")).hasSize(1);
        assertThat(count("retort.captures.duplicates")).isEqualTo(before + 2);
    }

    @Test
    @Order(2)
    void capturesOfAnotherSchemaAreSkippedAndCounted() throws Exception {
        double before = count("retort.captures.skipped");
        send(Captures.photo("other", 0x112233).toBuilder().setSchema("press").build());
        settle("settled-other");
        assertThat(count("retort.captures.skipped")).isEqualTo(before + 1);
        assertThat(recordsOf("other")).isEmpty();
    }

    /// 64 channels of signals beside the picture make up 16 MiB and more.
    @Test
    @Order(2)
    void theLargestCapturesGetThroughBothWays() throws Exception {
        float[] values = new float[64 * 65_536];
        var signal = Signal.newBuilder().setChannels(64).setSteps(65_536).setHertz(1);
        for (float value : values) {
            signal.addValues(value);
        }
        Capture large =
                Captures.photo("large", 0x112233).toBuilder()
                        .putModalities("vibration", Payload.newBuilder().setSignal(signal).build())
                        .build();
        Capture refused =
                large.toBuilder()
                        .setId("large-refused")
                        .putModalities("spectrum", Captures.spectrum(1))
                        .build();
        send(large);
        send(refused);
        decision("large");
        assertThat(cause(refused)).contains("modalities[spectrum]");
    }

    /// As when a quota is full. The capture is decided, so it is not asked about again.
    @Test
    @Order(3)
    void aDecisionThatTheBrokerNeverTakesIsPutAsideAndTheNextOnesGoOn() throws Exception {
        settle("settled-before-refusal");
        largestRecords(Topics.DECISIONS, 1);
        double before = refused();
        AtomicInteger sent = new AtomicInteger();
        // The limit takes a moment to reach the broker.
        await().atMost(Duration.ofSeconds(30))
                .until(() -> {
                    send(Captures.photo("refused-" + sent.incrementAndGet(), 0x112233));
                    return refused() > before;
                });
        largestRecords(Topics.DECISIONS, 25_165_824);
        settle("settled-after-refusal");
        long aside;
        try (Stream<Path> files = Files.list(folder.resolve("outbox/decisions/refused"))) {
            aside = files.count();
        }
        assertThat(aside).isEqualTo((long) refused());
        poll();
        assertThat(
                        decisions.stream()
                                .map(record -> Records.decision(record.value()).getCaptureId())
                                .filter(id -> id.startsWith("refused-")))
                .hasSize(sent.get() - (int) aside);
    }

    /// Neither the decision nor the dead letter of a record can be written, then one can.
    @Test
    @Order(3)
    void aCaptureStaysOnTheBrokerUntilItsDeadLetterIsTaken() throws Exception {
        settle("settled-before-poison");
        largestRecords(DEAD_LETTERS, 1);
        long position = Objects.requireNonNull(position("captures"));
        Capture poison = Captures.photo("", 0x112233);
        send(poison);
        send(Captures.photo("after-poison", 0x112233));
        await().during(Duration.ofSeconds(2))
                .until(() -> Objects.equals(position("captures"), position));
        largestRecords(DEAD_LETTERS, 26_214_400);
        deadLetter(record -> Arrays.equals(record.value(), poison.toByteArray()));
        decision("after-poison");
    }

    @Test
    @Order(3)
    void aNovelCaptureOfRestGoesBackToTheTeachersAndIsDecidedOnce() throws Exception {
        settle("settled-before-novel");
        Reference before =
                Reference.of(
                        Onnx.CAMERA,
                        List.of(
                                Map.of(
                                        "material", new float[] {90, 90, 90},
                                        "degradation", new float[] {90, 90},
                                        "quality", new float[] {1})),
                        true);
        registry.release(60, Onnx.of(Onnx.CAMERA).scale(0).reference(before).bytes());
        tellOfReleaseUntilHeard(60);
        TopicPartition captures = new TopicPartition(Topics.CAPTURES, 0);
        try (KafkaConsumer<byte[], byte[]> station =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", broker.address()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            station.assign(List.of(captures));
            station.seekToEnd(List.of(captures));
            long end = station.position(captures);
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(URI.create(url + "/api/v1/assessments?id=novel"))
                                    .header("Content-Type", "image/png")
                                    .POST(
                                            BodyPublishers.ofByteArray(
                                                    Captures.picture("png", 8, 8, 0x123456)))
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(answer.body()).contains("\"novel\":true").contains("\"route\":\"manual\"");
            List<Capture> found = new ArrayList<>();
            await().until(() -> {
                station.poll(Duration.ofMillis(50))
                        .forEach(record -> found.add(Records.capture(record.value())));
                return !found.isEmpty();
            });
            assertThat(found.getFirst().getId()).isEqualTo("novel");
            await().until(() -> Objects.requireNonNull(position("captures")) > end);
        }
        assertThat(decision("novel").getNovel()).isTrue();
        settle("settled-after-novel");
        assertThat(recordsOf("novel")).hasSize(1);
    }

    /// The address is there before the broker is: a port that forwards nothing yet.
    @Test
    @Order(4)
    void aGatewayThatStartsBeforeTheBrokerDecidesOnceTheBrokerIsThere(@TempDir Path data)
            throws Exception {
        registry.release(50, both.bytes());
        int port = Gateways.freePort();
        producer.send(
                        new ProducerRecord<>(
                                "late-captures",
                                utf8("s-01"),
                                Captures.photo("late", 0x112233).toByteArray()))
                .get();
        try (ConfigurableApplicationContext late =
                Gateways.run(
                        registry.url(),
                        data,
                        "localhost:" + port,
                        "--spring.kafka.admin.properties.default.api.timeout.ms=1000",
                        "--spring.kafka.admin.properties.request.timeout.ms=500",
                        "--spring.cloud.stream.binding-retry-interval=1",
                        "--spring.cloud.stream.bindings.decide-in-0.destination=" + "late-captures",
                        "--spring.cloud.stream.bindings.decide-in-0.group=late")) {
            assertThat(late.isRunning()).isTrue();
            String address = broker.address();
            int target = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
            try (Forwarding _ = Forwarding.of(port, target)) {
                assertThat(decision("late").getModelVersion()).isEqualTo(50);
            }
        }
    }

    private double refused() {
        return gateway.getBean(MeterRegistry.class)
                .get("retort.outbox.refused")
                .tag("outbox", "decisions")
                .counter()
                .count();
    }

    private void largestRecords(String topic, int bytes) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
            admin.incrementalAlterConfigs(
                            Map.of(
                                    new ConfigResource(ConfigResource.Type.TOPIC, topic),
                                    List.of(
                                            new AlterConfigOp(
                                                    new ConfigEntry(
                                                            "max.message.bytes", "" + bytes),
                                                    AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    /// A gateway hears what is said once its consumer is there, which takes a moment.
    private void tellOfReleaseUntilHeard(int version) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> {
                    tellOfRelease(version);
                    return gateway.getBean(MeterRegistry.class)
                                    .get("retort.model.version")
                                    .gauge()
                                    .value()
                            == version;
                });
    }

    private void tellOfRelease(int version) throws Exception {
        ReleaseEvent event =
                ReleaseEvent.newBuilder()
                        .setId("event-" + version)
                        .setModel("student")
                        .setOccurredAt(Times.timestamp(Instant.parse("2026-03-01T10:00:00Z")))
                        .setAliasMoved(
                                AliasMoved.newBuilder().setAlias("production").setVersion(version))
                        .build();
        producer.send(
                        new ProducerRecord<>(
                                Topics.RELEASE_EVENTS, utf8("student"), event.toByteArray()))
                .get();
    }

    private void send(Capture capture) throws Exception {
        producer.send(
                        new ProducerRecord<>(
                                Topics.CAPTURES, utf8(capture.getStation()), capture.toByteArray()))
                .get(10, TimeUnit.SECONDS);
    }

    /// Waits until all that was sent before has been dealt with.
    private void settle(String id) throws Exception {
        send(Captures.photo(id, 0x010203));
        decision(id);
    }

    private Decision decision(String id) {
        await().atMost(Duration.ofSeconds(30)).until(() -> !recordsOf(id).isEmpty());
        return Records.decision(recordsOf(id).getFirst().value());
    }

    private List<ConsumerRecord<byte[], byte[]>> recordsOf(String id) {
        poll();
        return decisions.stream()
                .filter(record -> Records.decision(record.value()).getCaptureId().equals(id))
                .toList();
    }

    private ConsumerRecord<byte[], byte[]> deadLetter(
            Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> {
                    poll();
                    return deadLetters.stream().anyMatch(wanted);
                });
        List<ConsumerRecord<byte[], byte[]>> found = deadLetters.stream().filter(wanted).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private String cause(Capture capture) {
        ConsumerRecord<byte[], byte[]> rejected =
                deadLetter(record -> Arrays.equals(record.value(), capture.toByteArray()));
        return Objects.requireNonNull(headers(rejected).get("x-exception-message"));
    }

    private void poll() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
            (record.topic().equals(DEAD_LETTERS) ? deadLetters : decisions).add(record);
        }
    }

    private @Nullable Long position(String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
            OffsetAndMetadata offset =
                    new HashMap<>(
                                    admin.listConsumerGroupOffsets("edge-gateway")
                                            .partitionsToOffsetAndMetadata()
                                            .get())
                            .get(new TopicPartition(topic, 0));
            return offset == null ? null : offset.offset();
        }
    }

    private JsonNode rest(Capture capture) throws Exception {
        var response =
                http.send(
                        HttpRequest.newBuilder(URI.create(url + "/api/v1/assessments"))
                                .header("Content-Type", "application/x-protobuf")
                                .POST(BodyPublishers.ofByteArray(capture.toByteArray()))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private static void same(Classification decision, JsonNode rest) {
        assertThat(decision.getCategory()).isEqualTo(rest.path("category").asString());
        assertThat(rest.path("probabilities").propertyNames())
                .containsExactlyInAnyOrderElementsOf(decision.getProbabilitiesMap().keySet());
        decision.getProbabilitiesMap()
                .forEach((category, probability) ->
                        assertThat(probability)
                                .isEqualTo(rest.path("probabilities").path(category).asDouble()));
    }

    private double count(String counter) {
        return gateway.getBean(MeterRegistry.class).get(counter).counter().count();
    }

    private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
        return headers;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
