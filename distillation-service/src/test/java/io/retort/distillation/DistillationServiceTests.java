package io.retort.distillation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageLite;
import io.retort.contract.CloudEvent;
import io.retort.contract.Topics;
import io.retort.distillation.publishing.RegistryServer;
import io.retort.learning.samples.SampleStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class DistillationServiceTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int CAPTURES = 24;
    private static final EmbeddedKafkaBroker BROKER = new EmbeddedKafkaKraftBroker(1, 1);

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir Path folder;

    private RegistryServer registry;
    private ConfigurableApplicationContext service;

    @BeforeAll
    static void startBroker() {
        BROKER.afterPropertiesSet();
    }

    @AfterAll
    static void stopBroker() {
        BROKER.destroy();
    }

    @BeforeEach
    void start() throws IOException {
        registry = RegistryServer.start();
        service = start(registry.url());
    }

    @AfterEach
    void stop() {
        service.close();
        registry.close();
    }

    @Test
    void aModelComesOfWhatTheTopicsBringAndEveryStepIsTold() throws Exception {
        byte[] poison = "no protobuf".getBytes(StandardCharsets.UTF_8);
        ProducerRecord<byte[], byte[]> bad =
                new ProducerRecord<>(
                        Topics.CAPTURES, "s-01".getBytes(StandardCharsets.UTF_8), poison);
        bad.headers().add("ce_id", "c-bad".getBytes(StandardCharsets.UTF_8));
        send(List.of(bad));
        sendPlant();
        // Again, as after a crash of the sender.
        sendPlant();

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> {
                    JsonNode counts = get("/api/v1/samples");
                    assertThat(counts.path("captures").asInt()).isEqualTo(CAPTURES);
                    assertThat(counts.path("complete").asInt()).isEqualTo(CAPTURES);
                    assertThat(counts.path("annotated").asInt()).isEqualTo(CAPTURES);
                });

        HttpResponse<String> accepted = post("/api/v1/jobs", order(20).toString());
        assertThat(accepted.statusCode()).isEqualTo(202);
        String location = accepted.headers().firstValue("Location").orElseThrow();
        JsonNode ordered = JSON.readTree(accepted.body());
        assertThat(location).isEqualTo("/api/v1/jobs/" + ordered.path("id").asString());

        List<JsonNode> told = events(location + "/events");
        JsonNode last = told.getLast();
        assertThat(last.path("state").asString()).as(last.toString()).isEqualTo("succeeded");
        assertThat(told).extracting(state -> state.path("phase").asString("")).contains("gate");
        assertThat(told)
                .filteredOn(state -> state.path("progress").has("epoch"))
                .allSatisfy(state ->
                        assertThat(state.path("progress").path("loss").isNumber()).isTrue());

        JsonNode job = get(location);
        JsonNode result = job.path("result");
        assertThat(result.path("version").asInt()).isEqualTo(1);
        assertThat(result.path("samples").path("used").asInt()).isEqualTo(CAPTURES);
        assertThat(registry.artifact(result.path("int8").path("sha256").asString()))
                .hasSize(result.path("int8").path("bytes").asInt());
        assertThat(registry.aliases()).containsExactly(Map.entry("student/production", 1));
        assertThat(events(location + "/events")).containsExactly(last);
        assertThat(get("/api/v1/jobs").path(0).path("state").asString()).isEqualTo("succeeded");

        ConsumerRecord<byte[], byte[]> dead = deadLetter(Topics.CAPTURES);
        assertThat(dead.value()).isEqualTo(poison);
        assertThat(dead.key()).isEqualTo("s-01".getBytes(StandardCharsets.UTF_8));
        assertThat(header(dead, "ce_id")).isEqualTo("c-bad");
        assertThat(header(dead, "x-original-topic")).isEqualTo(Topics.CAPTURES);
        assertThat(header(dead, "x-exception-message")).contains("is not a protobuf capture");

        assertThat(body("/actuator/prometheus"))
                .contains("retort_samples{application=\"distillation-service\",kind=\"captures\"}")
                .containsPattern("retort_jobs\\{.*state=\"succeeded\"} 1\\.0")
                .contains("retort_training_epoch", "retort_training_loss")
                .contains("retort_publishing_retries_total");

        restart();

        assertThat(get(location)).isEqualTo(job);
        assertThat(get("/api/v1/samples").path("captures").asInt()).isEqualTo(CAPTURES);
    }

    @Test
    void aJobThatARestartCutShortGoesOn() throws Exception {
        keepPlant();
        String running = submit(order(1_000_000));
        String waiting = submit(order(1_000_000));
        awaitPhase(running, "gate");

        restart();

        awaitPhase(running, "gate");
        assertThat(get(waiting).path("state").asString()).isEqualTo("queued");
        for (String job : List.of(waiting, running)) {
            assertThat(send("DELETE", job, "").statusCode()).isEqualTo(202);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> get(job).path("state").asString().equals("cancelled"));
        }
        assertThat(send("DELETE", running, "").statusCode()).isEqualTo(202);
    }

    @Test
    void aModelIsPublishedOnceTheRegistryIsBack() throws Exception {
        registry.close();
        keepPlant();
        String job = submit(order(2));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> get(job).path("state").asString().equals("failed"));
        assertThat(get(job).path("problem").asString())
                .contains("the model registry at")
                .contains("POST " + job + "/publication tries again");
        assertThat(get(job).path("publishable").asBoolean()).isTrue();

        registry = RegistryServer.startAt(registry.url());
        assertThat(post(job + "/publication", "").statusCode()).isEqualTo(202);

        assertThat(events(job + "/events").getLast().path("state").asString())
                .isEqualTo("succeeded");
        assertThat(registry.versions()).hasSize(1);
        assertThat(post(job + "/publication", "").statusCode()).isEqualTo(409);
    }

    @Test
    void aListenerThatLeavesDisturbsNobody() throws Exception {
        keepPlant();
        String job = submit(order(1_000_000));
        try (InputStream stream =
                http.send(request(job + "/events").GET().build(), BodyHandlers.ofInputStream())
                        .body()) {
            assertThat(stream.read()).isPositive();
        }
        awaitPhase(job, "gate");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> get(job).path("progress").path("epoch").asInt() > 20);

        assertThat(send("DELETE", job, "").statusCode()).isEqualTo(202);

        assertThat(events(job + "/events").getLast().path("state").asString())
                .isEqualTo("cancelled");
    }

    @Test
    void aStudentIsPretrainedOnAnotherFolderByTheJobThatItStartsFrom() throws Exception {
        keepPlant();
        Plant.litter(service.getBean(SampleStore.class), CAPTURES);
        ObjectNode pretraining = order(5).put("model", "litter").put("recipe", "annotations");
        pretraining.set("schema", JSON.readTree(Plant.litterSchema().toJson()));

        // Ordered at once: the one waits for the other anyway.
        String earlier = submit(pretraining);
        String id = earlier.substring(earlier.lastIndexOf('/') + 1);
        String job = submit(order(2).put("warmStart", id));

        JsonNode last = events(job + "/events").getLast();
        assertThat(last.path("state").asString()).as(last.toString()).isEqualTo("succeeded");
        JsonNode from = get(job).path("result").path("warmStart");
        assertThat(from.path("job").asString()).isEqualTo(id);
        assertThat(from.path("encoders").path("rgb").path("layers").asInt()).isEqualTo(8);
        assertThat(get(earlier).path("result").has("warmStart")).isFalse();
    }

    @Test
    void aSweepIsAJobWhoseStudentsAreOrderedByTheirNames() throws Exception {
        keepPlant();

        HttpResponse<String> accepted = post("/api/v1/sweeps", sweep(4).toString());
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        String job = accepted.headers().firstValue("Location").orElseThrow();

        List<JsonNode> told = events(job + "/events");
        JsonNode last = told.getLast();
        assertThat(last.path("state").asString()).as(last.toString()).isEqualTo("succeeded");
        assertThat(told).extracting(state -> state.path("part").path("parts").asInt()).contains(2);
        JsonNode result = get(job).path("result");
        assertThat(result.path("kind").asString()).isEqualTo("sweep");
        assertThat(result.path("rows").size()).isEqualTo(2);
        JsonNode measured = result.path("rows").path(0);
        assertThat(measured.path("kind").asString()).isEqualTo("measured");
        assertThat(measured.path("score").path("value").isNumber()).isTrue();
        assertThat(measured.path("p50Micros").asDouble()).isPositive();
        assertThat(measured.path("onMacsFront").isBoolean()).isTrue();
        assertThat(registry.versions()).isEmpty();
        assertThat(post(job + "/publication", "").statusCode()).isEqualTo(409);
        String chart = job.replace("/jobs/", "/sweeps/") + "/chart";
        HttpResponse<String> picture = send("GET", chart, "");
        assertThat(picture.statusCode()).as(picture.body()).isEqualTo(200);
        assertThat(picture.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("image/svg+xml");
        assertThat(picture.body()).startsWith("<svg");
        JsonNode line = get("/api/v1/jobs").path(0);
        assertThat(line.path("kind").asString()).isEqualTo("sweep");
        assertThat(line.has("model")).isFalse();

        ObjectNode liked = order(2).setAll((ObjectNode) measured.path("candidate"));
        String student = submit(liked);
        assertProblem(
                send("GET", student.replace("/jobs/", "/sweeps/") + "/chart", ""),
                409,
                "conflict",
                null);

        assertThat(events(student + "/events").getLast().path("state").asString())
                .isEqualTo("succeeded");
        JsonNode made = get(student);
        assertThat(made.path("plan").path("imageSide").asInt()).isEqualTo(16);
        assertThat(made.path("result").path("macs")).isEqualTo(measured.path("macs"));
        restart();
        assertThat(get(job).path("result")).isEqualTo(result);
    }

    @Test
    void aSweepThatARestartCutShortGoesOnAndIsCancelledLikeAnyJob() throws Exception {
        keepPlant();
        String sweep = submit("/api/v1/sweeps", sweep(1_000_000));
        awaitPhase(sweep, "sweep");

        restart();

        awaitPhase(sweep, "sweep");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> get(sweep).path("progress").path("epoch").asInt() > 1);
        assertThat(send("DELETE", sweep, "").statusCode()).isEqualTo(202);
        assertThat(events(sweep + "/events").getLast().path("state").asString())
                .isEqualTo("cancelled");
    }

    @Test
    void aJobWithoutSamplesFailsWithTheReason() throws Exception {
        ObjectNode order = order(2);
        order.withObject("schema").put("name", "deserted");

        String job = submit(order);

        assertThat(events(job + "/events").getLast().path("problem").asString())
                .isEqualTo(
                        "freezing: no capture of schema deserted to learn from has a soft target");
    }

    @Test
    void badRequestsAreRefusedWithTheFieldNamed() throws Exception {
        assertProblem(post("/api/v1/jobs", "{"), 400, "invalid-request", "");
        assertProblem(post("/api/v1/jobs", "[]"), 400, "invalid-request", "");
        assertProblem(
                post("/api/v1/jobs", order(2).put("colour", "red").toString()),
                400,
                "invalid-request",
                "colour");
        ObjectNode settings = order(2);
        settings.putObject("settings").put("epoch", 2);
        assertProblem(
                post("/api/v1/jobs", settings.toString()),
                400,
                "invalid-request",
                "settings.epoch");
        assertProblem(
                post("/api/v1/jobs", order(0).toString()),
                422,
                "invalid-record",
                "settings.epochs");
        assertProblem(
                post("/api/v1/jobs", order(2).put("model", "a/b").toString()),
                422,
                "invalid-record",
                "model");
        assertProblem(
                post("/api/v1/jobs", order(2).put("warmStart", "none").toString()),
                422,
                "invalid-record",
                "warmStart");
        assertProblem(send("GET", "/api/v1/jobs/none", ""), 404, "not-found", null);
        assertProblem(send("GET", "/api/v1/jobs/none/events", ""), 404, "not-found", null);
        assertProblem(send("DELETE", "/api/v1/jobs/none", ""), 404, "not-found", null);
        assertProblem(send("GET", "/api/v1/sweeps/none/chart", ""), 404, "not-found", null);
        assertProblem(send("GET", "/api/v1/nothing", ""), 404, "not-found", null);
        assertProblem(
                post("/api/v1/sweeps", sweep(2).put("colour", "red").toString()),
                400,
                "invalid-request",
                "colour");
        assertProblem(
                post("/api/v1/sweeps", sweep(2).put("workers", 0).toString()),
                422,
                "invalid-record",
                "workers");
        assertProblem(send("PUT", "/api/v1/jobs", "{}"), 405, "method-not-allowed", null);
        assertThat(get("/api/v1/jobs").isEmpty()).isTrue();
    }

    @Test
    void probesAndDocumentationAnswer() throws Exception {
        assertThat(get("/actuator/health/liveness").path("status").asString()).isEqualTo("UP");
        assertThat(get("/actuator/health/readiness").path("status").asString()).isEqualTo("UP");
        JsonNode paths = get("/v3/api-docs").path("paths");
        assertThat(paths.propertyNames())
                .contains(
                        "/api/v1/jobs",
                        "/api/v1/jobs/{id}",
                        "/api/v1/jobs/{id}/events",
                        "/api/v1/jobs/{id}/publication",
                        "/api/v1/sweeps",
                        "/api/v1/sweeps/{id}/chart",
                        "/api/v1/samples");
    }

    private static void assertProblem(
            HttpResponse<String> response, int status, String type, @Nullable String field) {
        JsonNode problem = JSON.readTree(response.body());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("application/problem+json");
        assertThat(problem.path("type").asString()).isEqualTo("urn:retort:problem:" + type);
        if (field != null) {
            assertThat(problem.path("field").asString()).isEqualTo(field);
        }
    }

    private ConfigurableApplicationContext start(URI url) {
        return DistillationService.application()
                .run(
                        "--server.port=0",
                        "--retort.data=" + folder,
                        "--retort.publishing.registry=" + url,
                        // These networks are too small for int8 to be faster.
                        "--retort.training.variants.least-speed-up=0",
                        "--retort.training.variants.largest-drop=1",
                        "--retort.publishing.patience=1s",
                        "--retort.publishing.first-pause=50ms",
                        // Whoever retries what cannot succeed is found out by the wait.
                        "--spring.cloud.stream.default.consumer.back-off-initial-interval=120000",
                        "--spring.cloud.stream.default.consumer.back-off-max-interval=120000",
                        "--spring.cloud.stream.default.group=" + folder.getFileName(),
                        "--spring.cloud.stream.kafka.binder.brokers="
                                + BROKER.getBrokersAsString());
    }

    private void restart() {
        service.close();
        service = start(registry.url());
    }

    private static ObjectNode order(int epochs) {
        return selection(epochs).put("model", "student").put("alias", "production");
    }

    private static ObjectNode sweep(int epochs) {
        ObjectNode sweep = selection(epochs);
        sweep.putArray("students").add("retort-plain").add("retort-separable-x0.25");
        sweep.putArray("imageSides").add(16);
        return sweep;
    }

    /// What jobs of every kind are told alike.
    private static ObjectNode selection(int epochs) {
        ObjectNode order = JSON.createObjectNode();
        order.set("schema", JSON.readTree(Plant.schema().toJson()));
        order.putArray("modalities").add("rgb");
        order.putObject("heldOut")
                .putArray("groups")
                .add("object-0")
                .add("object-1")
                .add("object-2");
        order.putObject("settings").put("epochs", epochs).put("minimumSteps", 1).put("batch", 8);
        return order;
    }

    private static void sendPlant() {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < CAPTURES; i++) {
            // The parts of a sample come in any order.
            records.add(record(Topics.SOFT_TARGETS, Plant.id(i), Plant.softTarget(i)));
            records.add(record(Topics.ANNOTATIONS, Plant.id(i), Plant.annotation(i)));
            records.add(record(Topics.CAPTURES, "s-01", Plant.capture(i)));
        }
        send(records);
    }

    /// Puts the samples where the topics would have put them.
    private void keepPlant() {
        SampleStore store = service.getBean(SampleStore.class);
        for (int i = 0; i < CAPTURES; i++) {
            store.add(Plant.capture(i));
            store.add(Plant.softTarget(i));
            store.add(Plant.annotation(i));
        }
    }

    private static void send(List<ProducerRecord<byte[], byte[]>> records) {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
            producer.flush();
            assertThat(sent).allSatisfy(one -> assertThat(one.get()).isNotNull());
        }
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic, String key, MessageLite message) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        topic, key.getBytes(StandardCharsets.UTF_8), message.toByteArray());
        new CloudEvent(key, "/tests", CloudEvent.CAPTURE, key, Instant.EPOCH)
                .headers()
                .forEach((name, value) ->
                        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return record;
    }

    private static KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", BROKER.getBrokersAsString()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private ConsumerRecord<byte[], byte[]> deadLetter(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                BROKER.getBrokersAsString(),
                                "group.id",
                                "tests-" + folder.getFileName(),
                                "auto.offset.reset",
                                "earliest"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(Topics.deadLetters(topic)));
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> {
                        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                        return !records.isEmpty();
                    });
            return records.getFirst();
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private String submit(ObjectNode order) throws Exception {
        return submit("/api/v1/jobs", order);
    }

    private String submit(String path, ObjectNode order) throws Exception {
        return post(path, order.toString()).headers().firstValue("Location").orElseThrow();
    }

    private void awaitPhase(String job, String phase) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> get(job).path("phase").asString("").equals(phase));
    }

    /// Reads the stream to its end.
    private List<JsonNode> events(String path) throws Exception {
        try (Stream<String> lines =
                http.send(request(path).GET().build(), BodyHandlers.ofLines()).body()) {
            return lines.filter(line -> line.startsWith("data:"))
                    .map(line -> JSON.readTree(line.substring("data:".length())))
                    .toList();
        }
    }

    private JsonNode get(String path) throws Exception {
        return JSON.readTree(body(path));
    }

    private String body(String path) throws Exception {
        return send("GET", path, "").body();
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send("POST", path, body);
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return http.send(
                request(path)
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        String port =
                service.getEnvironment()
                        .getProperty(
                                path.startsWith("/actuator/")
                                        ? "local.management.port"
                                        : "local.server.port");
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
    }
}
