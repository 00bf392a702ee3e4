package io.retort.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Image;
import io.retort.gateway.fixtures.Captures;
import io.retort.gateway.fixtures.Gateways;
import io.retort.gateway.fixtures.Onnx;
import io.retort.gateway.fixtures.RegistryServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A whole gateway over real HTTP, with a registry and without a broker.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ASSESSMENTS = "/api/v1/assessments";

    private final Onnx camera = Onnx.of(Onnx.CAMERA).scale(0.1f);
    private final Onnx both = Onnx.of(Onnx.CAMERA_AND_SPECTRUM).scale(0.1f);
    private final byte[] jpeg = Captures.picture("jpg", 16, 16, 0x3070b0);
    private final byte[] png = Captures.picture("png", 16, 16, 0x3070b0);
    private final RegistryServer registry = new RegistryServer();
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> statesBeforeTheFirstModel = new ArrayList<>();

    private ConfigurableApplicationContext gateway;
    private Path data;
    private String url;
    private int version;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        data = folder;
        gateway = Gateways.withoutBroker(registry.url(), data);
        url = "http://localhost:" + Gateways.port(gateway);
        HttpResponse<String> assessment = post(ASSESSMENTS, "image/jpeg", jpeg);
        statesBeforeTheFirstModel.add(
                assessment.statusCode()
                        + " "
                        + assessment.headers().firstValue("Retry-After").orElse("")
                        + " "
                        + json(assessment).path("type").asString());
        statesBeforeTheFirstModel.add(get("/actuator/health/readiness").statusCode() + "");
        statesBeforeTheFirstModel.add(get("/actuator/health/liveness").statusCode() + "");
        statesBeforeTheFirstModel.add(
                json(get("/api/v1/model")).path("lastProblem").path("reason").asString());
    }

    @AfterAll
    void stop() {
        MeterRegistry meters = gateway.getBean(MeterRegistry.class);
        gateway.close();
        registry.close();
        assertThat(meters.get("retort.model.open").gauge().value()).isZero();
    }

    @BeforeEach
    void serveTheCameraModel() throws Exception {
        release(camera);
    }

    @Test
    void beforeTheFirstModelTheGatewayIsAliveButNotReadyAndSaysWhy() {
        assertThat(statesBeforeTheFirstModel)
                .containsExactly(
                        "503 5 urn:retort:problem:unavailable", "503", "200", "not-released");
    }

    @Test
    void withAModelTheGatewayIsReadyThoughTheBrokerIsAway() throws Exception {
        assertThat(get("/actuator/health/readiness").statusCode()).isEqualTo(200);
        assertThat(get("/actuator/health/liveness").statusCode()).isEqualTo(200);
    }

    @Test
    void aPngIsAssessedAsTheGraphComputes() throws Exception {
        HttpResponse<String> response =
                post(ASSESSMENTS + "?id=c-1&station=s-01", "image/png", png);
        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode answer = json(response);
        assertThat(answer.path("id").asString()).isEqualTo("c-1");
        assertThat(answer.path("station").asString()).isEqualTo("s-01");
        // The mean over all pixels, one of which is black, through the schema's normalisation.
        float[] features = new float[3];
        int[] colour = {0x30, 0x70, 0xb0};
        for (int c = 0; c < 3; c++) {
            features[c] = (colour[c] * 255 / 256f / 255 - 0.5f) / 0.25f;
        }
        var expected = camera.expected(features);
        double quality = Math.clamp((double) value(expected, "quality", 0), 0, 1);
        assertThat(answer.path("quality").asDouble()).isEqualTo(quality, within(1e-3));
        assertThat(answer.path("regressions").path("quality")).isEqualTo(answer.path("quality"));
        JsonNode material = answer.path("material");
        double sum = 0;
        for (String category : List.of("PET", "PP", "PS")) {
            sum += material.path("probabilities").path(category).asDouble();
        }
        // With 8 decimals each.
        assertThat(sum).isEqualTo(1, within(3 * 0.5e-8 + 1e-12));
        double logRatio =
                Math.log(
                        material.path("probabilities").path("PS").asDouble()
                                / material.path("probabilities").path("PET").asDouble());
        assertThat(logRatio)
                .isEqualTo(
                        value(expected, "material", 2) - value(expected, "material", 0),
                        within(1e-3));
        assertThat(material).isEqualTo(answer.path("classifications").path("material"));
        assertThat(answer.path("degradation"))
                .isEqualTo(answer.path("classifications").path("degradation"));
        assertThat(answer.path("confidence").asDouble())
                .isEqualTo(
                        material.path("probabilities")
                                .path(material.path("category").asString())
                                .asDouble());
        assertThat(answer.path("route").asString()).isIn("reuse", "repair", "recycle");
        assertThat(answer.path("model").asString()).isEqualTo("student");
        assertThat(answer.path("version").asInt()).isEqualTo(version);
        assertThat(answer.path("digest").asString())
                .isEqualTo(RegistryServer.sha256(camera.bytes()));
        assertThat(answer.path("decidedAt").asString()).startsWith("20").endsWith("Z");
    }

    @Test
    void aModelOfStatisticsIsGivenPicturesAllTheSame() throws Exception {
        Onnx statistics = Onnx.of(Onnx.STATISTICS).scale(0.1f);
        release(statistics);

        JsonNode answer =
                json(post(ASSESSMENTS, "image/png", Captures.picture("png", 8, 8, 0x3070b0)));

        // One black pixel is too little to be an object, so all is. The graph takes the mean of the
        // object's share and of red.
        float[] mean = {(1 + 0x30 * 63 / 64f / 255) / 2};
        assertThat(answer.path("quality").asDouble())
                .isEqualTo(value(statistics.expected(mean), "quality", 0), within(1e-5));
    }

    @Test
    void allBodyKindsOfOnePictureGiveTheSameNumbers() throws Exception {
        JsonNode answer = numbers(post(ASSESSMENTS, "image/png", png));
        byte[] raw = Captures.rgb8(16, 16, 0x3070b0);
        assertThat(
                        numbers(
                                post(
                                        ASSESSMENTS + "?width=16&height=16",
                                        "application/octet-stream",
                                        raw)))
                .isEqualTo(answer);
        assertThat(numbers(post(ASSESSMENTS + "?modality=rgb", "image/png", png)))
                .isEqualTo(answer);
        assertThat(numbers(multipart(new Part("rgb", "image/png", png)))).isEqualTo(answer);
        Capture capture =
                Captures.of("c-2")
                        .putModalities("rgb", Captures.image(Image.Encoding.PNG, png))
                        .build();
        HttpResponse<String> protobuf = protobuf(capture);
        assertThat(numbers(protobuf)).isEqualTo(answer);
        assertThat(json(protobuf).path("id").asString()).isEqualTo("c-2");
        assertThat(json(protobuf).path("station").asString()).isEqualTo("s-01");
        JsonNode lossy = json(post(ASSESSMENTS, "image/jpeg", jpeg));
        assertThat(lossy.path("quality").asDouble())
                .isEqualTo(answer.path("quality").asDouble(), within(0.05));
        assertThat(lossy.path("id").asString()).hasSize(36);
    }

    @Test
    void severalModalitiesComeInPartsAndEachMayBeAbsent() throws Exception {
        release(both);
        Part photo = new Part("rgb", "image/png", png);
        Part spectrum = json("spectrum", "{\"values\": [0.1, 0.2, 0.3, 0.4]}");
        JsonNode complete = numbers(multipart(photo, spectrum));
        assertThat(numbers(multipart(spectrum, photo))).isEqualTo(complete);
        assertThat(numbers(multipart(photo))).isNotEqualTo(complete);
        assertThat(numbers(multipart(spectrum))).isNotEqualTo(complete);
        assertThat(numbers(post(ASSESSMENTS, "image/png", png)))
                .isEqualTo(numbers(multipart(photo)));
        Part resampled = json("spectrum", "{\"values\": [0.1, 0.4], \"axis\": [1000, 1300]}");
        JsonNode near = numbers(multipart(photo, resampled));
        assertThat(near.path("quality").asDouble())
                .isEqualTo(complete.path("quality").asDouble(), within(1e-6));
        Capture capture =
                Captures.of("c-3")
                        .putModalities("rgb", Captures.image(Image.Encoding.PNG, png))
                        .putModalities("spectrum", Captures.spectrum(0.1f, 0.2f, 0.3f, 0.4f))
                        .build();
        assertThat(numbers(protobuf(capture))).isEqualTo(complete);
    }

    @Test
    void whatAModelDoesNotSeeIsLeftAloneInACaptureAndNamedInAPart() throws Exception {
        Capture capture =
                Captures.photo("c-4", 0x3070b0).toBuilder()
                        .putModalities("spectrum", Captures.spectrum(1))
                        .build();
        assertThat(numbers(protobuf(capture)))
                .isEqualTo(numbers(protobuf(Captures.photo("c-5", 0x3070b0))));
        refused(
                multipart(json("spectrum", "{\"values\": [1]}")),
                422,
                "invalid-record",
                "modalities[spectrum]");
    }

    @Test
    void brokenPayloadsAreRefusedWithTheirField() throws Exception {
        byte[] cut = Arrays.copyOf(jpeg, jpeg.length / 2);
        String data = "modalities[rgb].image.data";
        refused(post(ASSESSMENTS, "image/jpeg", cut), 422, "invalid-record", data);
        refused(post(ASSESSMENTS, "image/jpeg", new byte[] {1}), 422, "invalid-record", data);
        refused(post(ASSESSMENTS, "image/jpeg", new byte[0]), 422, "invalid-record", data);
        refused(
                post(ASSESSMENTS, "image/jpeg", png),
                422,
                "invalid-record",
                "modalities[rgb].image.encoding");
        refused(
                post(ASSESSMENTS + "?width=16&height=16", "application/octet-stream", new byte[9]),
                422,
                "invalid-record",
                data);
        refused(
                post(ASSESSMENTS + "?modality=smell", "image/png", png),
                422,
                "invalid-record",
                "modalities[smell]");
        refused(
                post(ASSESSMENTS + "?id=" + "x".repeat(129), "image/png", png),
                422,
                "invalid-record",
                "id");
        refused(
                post(ASSESSMENTS, "application/x-protobuf", new byte[] {1, 2, 3}),
                422,
                "invalid-record",
                "capture");
        refused(
                protobuf(Captures.photo("c", 0).toBuilder().setSchema("other").build()),
                422,
                "invalid-record",
                "schema");
        refused(
                protobuf(Captures.of("c").putModalities("spectrum", Captures.spectrum(1)).build()),
                422,
                "invalid-record",
                "modalities[rgb]");
    }

    @Test
    void brokenPartsAreRefusedWithTheirField() throws Exception {
        release(both);
        refused(
                multipart(json("spectrum", "{\"values\": [1, 2, 3]}")),
                422,
                "invalid-record",
                "modalities[spectrum].vector.values");
        refused(
                multipart(json("spectrum", "{\"values\": [1, 2, 3, 1e99]}")),
                422,
                "invalid-record",
                "modalities[spectrum].vector.values[3]");
        for (String body : List.of("{", "null", "[1]", "{\"valeus\": [1]}", "{\"values\": 7}")) {
            refused(
                    multipart(json("spectrum", body)),
                    422,
                    "invalid-record",
                    "modalities[spectrum]");
        }
        refused(multipart(json("rgb", "{}")), 422, "invalid-record", "modalities[rgb]");
        refused(
                multipart(new Part("smell", "image/png", png)),
                422,
                "invalid-record",
                "modalities[smell]");
        refused(
                multipart(new Part("rgb", "image/png", png), new Part("rgb", "image/png", png)),
                422,
                "invalid-record",
                "modalities[rgb]");
        refused(multipart(), 422, "invalid-record", "modalities");
    }

    /// Accepting more than JSON is what Spring MVC looks at, so these requests take its way.
    @Test
    void theShortWayAnswersAsSpringMvcDoes() throws Exception {
        String raw = ASSESSMENTS + "?width=16&height=16&id=i-1&station=s-9&modality=rgb";
        byte[] pixels = Captures.rgb8(16, 16, 0x3070b0);
        for (Part sent :
                List.of(
                        new Part(raw, "application/octet-stream", pixels),
                        new Part(ASSESSMENTS, "image/jpeg", jpeg),
                        new Part(ASSESSMENTS, "image/png", png))) {
            HttpResponse<String> direct = post(sent.name(), sent.type(), sent.body());
            HttpResponse<String> dispatched = dispatched(sent);
            assertThat(direct.headers().firstValue("Content-Type"))
                    .isEqualTo(dispatched.headers().firstValue("Content-Type"));
            assertThat(json(direct).propertyNames())
                    .containsExactlyElementsOf(json(dispatched).propertyNames());
            assertThat(numbers(direct)).isEqualTo(numbers(dispatched));
        }
        HttpResponse<String> named = post(raw, "application/octet-stream", pixels);
        assertThat(json(named).path("id").asString()).isEqualTo("i-1");
        assertThat(json(named).path("station").asString()).isEqualTo("s-9");
        for (Part refused :
                List.of(
                        new Part(raw, "application/octet-stream", new byte[9]),
                        new Part(ASSESSMENTS + "?modality=sound", "image/png", png),
                        new Part(ASSESSMENTS, "image/jpeg", png))) {
            HttpResponse<String> direct = post(refused.name(), refused.type(), refused.body());
            HttpResponse<String> dispatched = dispatched(refused);
            assertThat(direct.statusCode()).isEqualTo(422);
            assertThat(json(direct)).isEqualTo(json(dispatched));
            assertThat(direct.headers().firstValue("Content-Type"))
                    .isEqualTo(dispatched.headers().firstValue("Content-Type"));
        }
        assertThat(get("/actuator/prometheus").body())
                .containsPattern(
                        "http_server_requests_seconds_count\\{[^}]*status=\"422\",uri=\"/api/v1/assessments\"");
    }

    private HttpResponse<String> dispatched(Part sent) throws Exception {
        return send(
                request(sent.name())
                        .header("Content-Type", sent.type())
                        .header("Accept", "application/json, application/*;q=0.9")
                        .POST(BodyPublishers.ofByteArray(sent.body()))
                        .build());
    }

    @Test
    void requestsThatSayTooLittleOrTheWrongKindAreRefused() throws Exception {
        refused(
                post(ASSESSMENTS, "application/octet-stream", new byte[3]),
                400,
                "invalid-request",
                "");
        refused(
                post(ASSESSMENTS + "?width=one&height=1", "application/octet-stream", new byte[3]),
                400,
                "invalid-request",
                "");
        refused(post(ASSESSMENTS, "text/plain", new byte[3]), 415, "unsupported-media-type", "");
        refused(post(ASSESSMENTS, "image/webp", new byte[3]), 415, "unsupported-media-type", "");
        refused(multipart(new Part("rgb", "image/webp", png)), 415, "unsupported-media-type", "");
        refused(get(ASSESSMENTS), 405, "method-not-allowed", "");
        refused(get("/api/v1/nothing"), 404, "not-found", "");
    }

    @Test
    void bodiesBeyondTheLimitsAreRefusedUnread() throws Exception {
        byte[] image = new byte[8 * 1024 * 1024 + 1];
        refused(post(ASSESSMENTS, "image/jpeg", image), 413, "too-large", "");
        refused(
                post(ASSESSMENTS + "?width=1&height=1", "application/octet-stream", image),
                413,
                "too-large",
                "");
        byte[] capture = new byte[24 * 1024 * 1024 + 1];
        refused(post(ASSESSMENTS, "application/x-protobuf", capture), 413, "too-large", "");
        refused(multipart(new Part("rgb", "image/png", capture)), 413, "too-large", "");
        refused(
                multipart(new Part("rgb", "image/png", image)),
                422,
                "invalid-record",
                "modalities[rgb].image.data");
        // Chunked, so that the size shows only while reading.
        HttpRequest chunked =
                request(ASSESSMENTS)
                        .header("Content-Type", "image/jpeg")
                        .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(image)))
                        .build();
        refused(send(chunked), 413, "too-large", "");
    }

    @Test
    void aSwapUnderLoadDropsNoRequest() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        List<Future<Integer>> senders = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                senders.add(threads.submit(() -> sendUntil(done)));
            }
            for (int i = 0; i < 10; i++) {
                release(Onnx.of(Onnx.CAMERA).bias(i));
            }
            done.set(true);
        }
        int sent = 0;
        for (Future<Integer> sender : senders) {
            sent += get(sender);
        }
        assertThat(sent).isGreaterThanOrEqualTo(40);
        await().untilAsserted(() ->
                assertThat(
                                gateway.getBean(MeterRegistry.class)
                                        .get("retort.model.open")
                                        .gauge()
                                        .value())
                        .isEqualTo(1));
    }

    @Test
    void aFailedRolloutShowsInStateHealthAndMetricsWhileTheOldModelServes() throws Exception {
        String digest = registry.release(version + 1, Onnx.of(Onnx.CAMERA).bias(99).bytes());
        registry.corrupt(digest);
        JsonNode state = json(post("/api/v1/model/refresh", "application/json", new byte[0]));
        assertThat(state.path("version").asInt()).isEqualTo(version);
        assertThat(state.path("loaded").asBoolean()).isTrue();
        JsonNode problem = state.path("lastProblem");
        assertThat(problem.path("reason").asString()).isEqualTo("digest-mismatch");
        assertThat(problem.path("solved").asBoolean()).isFalse();
        assertThat(json(get("/api/v1/model")).path("lastProblem").path("detail").asString())
                .contains(digest);
        JsonNode health = json(get("/actuator/health/readiness"));
        assertThat(health.path("status").asString()).isEqualTo("UP");
        assertThat(health.has("components")).as("details").isFalse();
        assertThat(gateway.getBean("modelHealthIndicator", HealthIndicator.class).health())
                .extracting(model -> model.getDetails().get("problem"))
                .asString()
                .startsWith("digest-mismatch");
        assertThat(post(ASSESSMENTS, "image/png", png).statusCode()).isEqualTo(200);
        assertThat(get("/actuator/prometheus").body())
                .containsPattern(
                        "retort_rollout_failures_total\\{.*reason=\"digest-mismatch\".*} [1-9]");
        version++;
    }

    @Test
    void aModelThatFailsItsSmokeRunNeverServesAndIsTold() throws Exception {
        registry.release(version + 1, Onnx.of(Onnx.CAMERA).bias(Double.NaN).bytes());
        failsWhileTheOldModelServes("model-unusable", "answers NaN");
        version++;
    }

    /// `/dev/full` answers every write as a full disk does.
    @Test
    void aFullDiskLeavesTheOldModelServingAndIsTold() throws Exception {
        assumeThat(Path.of("/dev/full")).exists();
        String digest = registry.release(version + 1, Onnx.of(Onnx.CAMERA).bias(77).bytes());
        Files.createSymbolicLink(
                data.resolve("models").resolve(digest + ".onnx.part"), Path.of("/dev/full"));
        failsWhileTheOldModelServes("storage", "No space left on device");
        JsonNode state = json(post("/api/v1/model/refresh", "application/json", new byte[0]));
        assertThat(state.path("version").asInt()).isEqualTo(++version);
        assertThat(state.path("lastProblem").path("solved").asBoolean()).isTrue();
    }

    @Test
    void metricsTellOfAssessmentsInferenceAndModels() throws Exception {
        post(ASSESSMENTS, "image/png", png);
        assertThat(get("/actuator/prometheus").body())
                .containsPattern("retort_assessments_total\\{.*door=\"rest\".*} [1-9]")
                .containsPattern("retort_inference_seconds_bucket\\{.*le=.*} [0-9]")
                .containsPattern("retort_model_swaps_total(\\{.*})? [1-9]")
                .containsPattern("retort_model_open(\\{.*})? 1.0")
                .contains("retort_captures_duplicates_total")
                .contains("retort_captures_skipped_total");
    }

    @Test
    void theApiIsDescribed() throws Exception {
        JsonNode api = json(get("/v3/api-docs"));
        JsonNode body = api.path("paths").path(ASSESSMENTS).path("post").path("requestBody");
        assertThat(body.path("content").propertyNames())
                .containsExactlyInAnyOrder(
                        "image/jpeg",
                        "image/png",
                        "application/octet-stream",
                        "multipart/form-data",
                        "application/x-protobuf");
        assertThat(api.path("paths").propertyNames())
                .contains("/api/v1/model", "/api/v1/model/refresh");
    }

    @Test
    void aGatewayStartsFromItsLastGoodModelWhereRegistryAndBrokerAreAway(@TempDir Path data)
            throws Exception {
        registry.release(++version, camera.bytes());
        try (ConfigurableApplicationContext earlier =
                Gateways.withoutBroker(registry.url(), data)) {
            await().until(() ->
                    json(send(
                                    HttpRequest.newBuilder(
                                                    URI.create(
                                                            "http://localhost:"
                                                                    + Gateways.port(earlier)
                                                                    + "/api/v1/model"))
                                            .build()))
                            .path("loaded")
                            .asBoolean());
        }
        try (ConfigurableApplicationContext later =
                Gateways.withoutBroker(URI.create("http://localhost:1"), data)) {
            HttpResponse<String> answer =
                    send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://localhost:"
                                                            + Gateways.port(later)
                                                            + ASSESSMENTS))
                                    .header("Content-Type", "image/png")
                                    .POST(BodyPublishers.ofByteArray(png))
                                    .build());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(json(answer).path("version").asInt()).isEqualTo(version);
        }
    }

    private record Part(String name, String type, byte[] body) {}

    private static Part json(String name, String json) {
        return new Part(name, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    private void release(Onnx onnx) throws Exception {
        registry.release(++version, onnx.bytes());
        JsonNode state = json(post("/api/v1/model/refresh", "application/json", new byte[0]));
        assertThat(state.path("version").asInt()).isEqualTo(version);
    }

    private void failsWhileTheOldModelServes(String reason, String detail) throws Exception {
        post("/api/v1/model/refresh", "application/json", new byte[0]);
        JsonNode state = json(get("/api/v1/model"));
        assertThat(state.path("loaded").asBoolean()).isTrue();
        assertThat(state.path("version").asInt()).isEqualTo(version);
        JsonNode problem = state.path("lastProblem");
        assertThat(problem.path("reason").asString()).isEqualTo(reason);
        assertThat(problem.path("detail").asString()).contains(detail);
        assertThat(problem.path("solved").asBoolean()).isFalse();
        JsonNode answer = json(post(ASSESSMENTS, "image/png", png));
        assertThat(answer.path("version").asInt()).isEqualTo(version);
        assertThat(answer.path("quality").isNumber()).isTrue();
        assertThat(get("/actuator/health/readiness").statusCode()).isEqualTo(200);
    }

    private int sendUntil(AtomicBoolean done) throws Exception {
        int sent = 0;
        do {
            HttpResponse<String> response = post(ASSESSMENTS, "image/png", png);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            sent++;
        } while (!done.get() || sent < 10);
        return sent;
    }

    private static <T> T get(Future<T> future) throws InterruptedException, ExecutionException {
        return future.get();
    }

    private static float value(Map<String, float[]> answers, String head, int index) {
        return Objects.requireNonNull(answers.get(head))[index];
    }

    /// All that the model says, without what differs from request to request.
    private JsonNode numbers(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        var answer = (tools.jackson.databind.node.ObjectNode) json(response);
        answer.remove(List.of("id", "station", "decidedAt"));
        return answer;
    }

    private static void refused(
            HttpResponse<String> response, int status, String problem, String field) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type"))
                .contains("application/problem+json");
        assertThat(json(response).path("type").asString())
                .isEqualTo("urn:retort:problem:" + problem);
        assertThat(json(response).path("field").asString("")).isEqualTo(field);
        assertThat(response.body()).doesNotContain("\tat ").doesNotContain("java.");
    }

    private HttpResponse<String> protobuf(Capture capture) throws Exception {
        return post(ASSESSMENTS, "application/x-protobuf", capture.toByteArray());
    }

    private HttpResponse<String> multipart(Part... parts) throws Exception {
        String boundary = "--retort-boundary";
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Part part : parts) {
            body.writeBytes(
                    ("--%s\r\n".formatted(boundary)
                                    + "Content-Disposition: form-data; name=\"%s\"\r\n"
                                            .formatted(part.name())
                                    + "Content-Type: %s\r\n\r\n".formatted(part.type()))
                            .getBytes(StandardCharsets.UTF_8));
            body.writeBytes(part.body());
            body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        body.writeBytes(("--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return post(ASSESSMENTS, "multipart/form-data; boundary=" + boundary, body.toByteArray());
    }

    private HttpResponse<String> post(String path, String type, byte[] body) throws Exception {
        return send(
                request(path)
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofByteArray(body))
                        .build());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path).build());
    }

    private HttpRequest.Builder request(String path) {
        String base =
                path.startsWith("/actuator/")
                        ? "http://localhost:" + Gateways.managementPort(gateway)
                        : url;
        return HttpRequest.newBuilder(URI.create(base + path));
    }

    private HttpResponse<String> send(HttpRequest request)
            throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }
}
