package io.retort.gateway.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.retort.gateway.fixtures.Captures;
import io.retort.gateway.fixtures.Gateways;
import io.retort.gateway.fixtures.Onnx;
import io.retort.gateway.fixtures.RegistryServer;
import io.retort.gateway.fixtures.Wire;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/// Requests that are sent again, over real HTTP.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdempotencyTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ASSESSMENTS = "/api/v1/assessments";

    private final RegistryServer registry = new RegistryServer();
    private final HttpClient http = HttpClient.newHttpClient();
    private final byte[] png = Captures.picture("png", 16, 16, 0x3070b0);
    private final byte[] other = Captures.picture("png", 16, 16, 0x3070b1);
    private ConfigurableApplicationContext gateway;
    private int port;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        registry.release(1, Onnx.of(Onnx.CAMERA).scale(0.1f).bytes());
        gateway =
                Gateways.withoutBroker(
                        registry.url(), data, "--retort.idempotency.largest-answer=6KB");
        port = Gateways.port(gateway);
        http.send(
                request("/api/v1/model/refresh").POST(BodyPublishers.noBody()).build(),
                BodyHandlers.ofString());
    }

    @AfterAll
    void stop() {
        gateway.close();
        registry.close();
    }

    @Test
    void theSameRequestIsAnsweredAgainWithoutBeingDoneAgain() throws Exception {
        HttpResponse<String> first = post(ASSESSMENTS, "\"k-1\"", "image/png", png);
        assertThat(first.statusCode()).isEqualTo(200);
        long inferences = inferences();

        HttpResponse<String> second = post(ASSESSMENTS, "k-1", "image/png", png);

        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(second.body()).isEqualTo(first.body()).contains("decidedAt");
        assertThat(second.headers().firstValue("Content-Type"))
                .isEqualTo(first.headers().firstValue("Content-Type"));
        assertThat(second.headers().firstValue("Idempotency-Replayed")).contains("true");
        assertThat(first.headers().firstValue("Idempotency-Replayed")).isEmpty();
        assertThat(inferences()).isEqualTo(inferences);
        assertThat(post(ASSESSMENTS, "k-2", "image/png", png).body()).isNotEqualTo(first.body());
    }

    @Test
    void aKeyBelongsToItsRequest() throws Exception {
        post(ASSESSMENTS, "mine", "image/png", png);
        refused(post(ASSESSMENTS, "mine", "image/png", other), 422, "idempotency-key-reused");
        refused(
                post(ASSESSMENTS + "?station=s-1", "mine", "image/png", png),
                422,
                "idempotency-key-reused");
        refused(
                post("/api/v1/assessments/bulk", "mine", "application/x-ndjson", png),
                422,
                "idempotency-key-reused");
    }

    @Test
    void aKeyThatIsNoneIsRefused() throws Exception {
        refused(post(ASSESSMENTS, "\"", "image/png", png), 400, "idempotency-key");
        refused(
                post(ASSESSMENTS, "\"" + "x".repeat(256) + "\"", "image/png", png),
                400,
                "idempotency-key");
    }

    @Test
    void aRequestThatFailedMayComeAgain() throws Exception {
        byte[] broken = {1, 2, 3};
        assertThat(post(ASSESSMENTS, "failed", "image/png", broken).statusCode()).isEqualTo(422);
        assertThat(post(ASSESSMENTS, "failed", "image/png", broken).statusCode()).isEqualTo(422);
        assertThat(post(ASSESSMENTS, "failed", "image/png", png).statusCode()).isEqualTo(200);
    }

    @Test
    void aFormIsTheSameUnderAnotherBoundary() throws Exception {
        for (String path : new String[] {ASSESSMENTS, "/api/v1/assessments/bulk"}) {
            HttpResponse<String> first = form(path, "form " + path, "one", png);
            assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
            HttpResponse<String> second = form(path, "form " + path, "another", png);
            assertThat(second.body()).isEqualTo(first.body());
            refused(form(path, "form " + path, "one", other), 422, "idempotency-key-reused");
        }
    }

    @Test
    void aStreamHoldsItsKeyWhileItRunsAndIsThenAnsweredAgain() throws Exception {
        String path = "/api/v1/inspections?id=keyed";
        String frames = frame("f-1") + "\n";
        String answers;
        try (Wire wire = Wire.to(port)) {
            wire.head(
                    "POST " + path,
                    "Content-Type: application/x-ndjson",
                    "Idempotency-Key: \"flight\"");
            wire.line();
            wire.headers();
            wire.chunk(frames);
            answers = wire.chunk();

            HttpResponse<String> meanwhile = inspect(path, "flight", frames);
            refused(meanwhile, 409, "idempotency-running");
            assertThat(meanwhile.headers().firstValue("Retry-After")).contains("1");

            wire.chunk("");
            answers += wire.chunk();
            assertThat(wire.chunk()).isEmpty();
        }
        long inferences = inferences();

        HttpResponse<String> again = inspect(path, "flight", frames);

        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(answers).contains("\"kind\":\"report\"");
        assertThat(again.headers().firstValue("Content-Location"))
                .contains("/api/v1/inspections/keyed");
        assertThat(inferences()).isEqualTo(inferences);
        refused(inspect(path, "flight", frames + frames), 422, "idempotency-key-reused");
    }

    @Test
    void aStreamThatBreaksOffFreesItsKey() throws Exception {
        try (Wire wire = Wire.to(port)) {
            wire.head(
                    "POST /api/v1/inspections?id=broken",
                    "Content-Type: application/x-ndjson",
                    "Idempotency-Key: \"broken\"");
            wire.chunk(frame("f-1") + "\n");
            wire.line();
            wire.headers();
            wire.chunk();
        }

        await().untilAsserted(() ->
                assertThat(inspect("/api/v1/inspections", "broken", frame("f-1")).statusCode())
                        .isEqualTo(200));
    }

    @Test
    void anAnswerThatIsTooLargeIsNotGivenTwiceButNotDoneTwiceEither() throws Exception {
        String path = "/api/v1/inspections?id=long";
        String frames = (frame("f") + "\n").repeat(20);
        assertThat(inspect(path, "long", frames).statusCode()).isEqualTo(200);

        HttpResponse<String> again = inspect(path, "long", frames);

        refused(again, 409, "idempotency-answer-not-kept");
        assertThat(again.body()).contains("see /api/v1/inspections/long");
    }

    @Test
    void everyPostOfTheApiIsDescribedWithItsKey() throws Exception {
        HttpResponse<String> api =
                http.send(request("/v3/api-docs").build(), BodyHandlers.ofString());
        for (var path : JSON.readTree(api.body()).path("paths").properties()) {
            if (path.getValue().has("post")) {
                assertThat(path.getValue().path("post").path("parameters").toString())
                        .as(path.getKey())
                        .contains("Idempotency-Key");
            }
        }
    }

    private static void refused(HttpResponse<String> response, int status, String problem) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type"))
                .contains("application/problem+json");
        assertThat(JSON.readTree(response.body()).path("type").asString())
                .isEqualTo("urn:retort:problem:" + problem);
    }

    private long inferences() {
        return gateway.getBean(MeterRegistry.class).get("retort.inference").timer().count();
    }

    private String frame(String id) {
        return "{\"id\": \"%s\", \"position\": {\"x\": 1, \"y\": 2}, \"image\": \"%s\"}"
                .formatted(id, Base64.getEncoder().encodeToString(png));
    }

    private HttpResponse<String> inspect(String path, String key, String frames) throws Exception {
        return post(path, key, "application/x-ndjson", frames.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> form(String path, String key, String boundary, byte[] image)
            throws Exception {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.writeBytes(
                String.join(
                                "\r\n",
                                "--" + boundary,
                                "Content-Disposition: form-data; name=\"rgb\"",
                                "Content-Type: image/png",
                                "",
                                "")
                        .getBytes(StandardCharsets.UTF_8));
        form.writeBytes(image);
        form.writeBytes("\r\n--%s--\r\n".formatted(boundary).getBytes(StandardCharsets.UTF_8));
        return post(
                path,
                "\"" + key + "\"",
                "multipart/form-data; boundary=" + boundary,
                form.toByteArray());
    }

    private HttpResponse<String> post(String path, String key, String type, byte[] body)
            throws Exception {
        return http.send(
                request(path)
                        .header("Content-Type", type)
                        .header("Idempotency-Key", key)
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
    }
}
