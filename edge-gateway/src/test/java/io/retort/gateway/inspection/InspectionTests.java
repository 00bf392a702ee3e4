package io.retort.gateway.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.retort.gateway.fixtures.Captures;
import io.retort.gateway.fixtures.Gateways;
import io.retort.gateway.fixtures.Onnx;
import io.retort.gateway.fixtures.RegistryServer;
import io.retort.gateway.fixtures.Wire;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Drones over real HTTP.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InspectionTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String PATH = "/api/v1/inspections";

    private final RegistryServer registry = new RegistryServer();
    private final HttpClient http = HttpClient.newHttpClient();

    /// Its quality is 1 for a bright picture, 0 for a dark one.
    private final byte[] bright = Captures.picture("png", 16, 16, 0xffffff);

    private final byte[] dark = Captures.picture("jpg", 16, 16, 0x000000);

    private ConfigurableApplicationContext gateway;
    private int port;
    private int version;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        gateway =
                Gateways.withoutBroker(
                        registry.url(), data, "--retort.inspection.largest-frame=20KB");
        port = Gateways.port(gateway);
        release(Onnx.of(Onnx.CAMERA).scale(0.1f).bias(0.5));
    }

    @AfterAll
    void stop() {
        gateway.close();
        registry.close();
    }

    @Test
    void eachFrameIsAnsweredWhileTheNextIsNotSentYet() throws Exception {
        try (Wire wire = Wire.to(port)) {
            wire.head("POST " + PATH + "?id=live", "Content-Type: application/x-ndjson");
            // The head of the answer is there before the first frame.
            assertThat(wire.line()).isEqualTo("HTTP/1.1 200 ");
            assertThat(wire.headers()).contains("content-location: /api/v1/inspections/live");

            wire.chunk(frame("f-1", 1, 2, bright) + "\n");
            JsonNode first = JSON.readTree(wire.chunk());
            assertThat(first.path("kind").asString()).isEqualTo("decision");
            assertThat(first.path("number").asInt()).isEqualTo(1);
            assertThat(first.path("id").asString()).isEqualTo("f-1");
            assertThat(first.path("position").path("y").asDouble()).isEqualTo(2);
            assertThat(first.path("route").asString()).isEqualTo("reuse");
            assertThat(first.path("version").asInt()).isEqualTo(version);

            // Half a frame waits for its other half.
            String second = frame("f-2", 3, 2, dark) + "\n";
            wire.chunk(second.substring(0, 100));
            wire.chunk(second.substring(100));
            assertThat(JSON.readTree(wire.chunk()).path("route").asString()).isEqualTo("recycle");

            wire.chunk("{\"id\": \"f-3\", \"position\": {\"x\": 1}}\n");
            JsonNode broken = JSON.readTree(wire.chunk());
            assertThat(broken.path("kind").asString()).isEqualTo("error");
            assertThat(broken.path("number").asInt()).isEqualTo(3);
            assertThat(broken.path("problem").path("field").asString()).isEqualTo("position.y");

            wire.chunk(frame("f-4", 4, 2, bright) + "\n");
            assertThat(JSON.readTree(wire.chunk()).path("number").asInt()).isEqualTo(4);

            wire.chunk("");
            JsonNode last = JSON.readTree(wire.chunk());
            assertThat(last.path("kind").asString()).isEqualTo("report");
            JsonNode report = last.path("report");
            assertThat(report.path("frames").toString())
                    .isEqualTo("{\"received\":4,\"decided\":3,\"failed\":1}");
            assertThat(wire.chunk()).isEmpty();
            assertThat(json(get(PATH + "/live"))).isEqualTo(report);
        }
    }

    @Test
    void aBadFrameIsAnErrorWithItsNumberAndTheStreamGoesOn() throws Exception {
        String good = frame("good", 0, 0, bright);
        List<String> bad =
                List.of(
                        "{",
                        "null",
                        "[1]",
                        "{\"id\": \"a\", \"image\": \"\"}",
                        good.replace("\"x\"", "\"q\""),
                        good.replace("0.0", "1e300"),
                        good.replace(
                                "\"x\": 0.0, \"y\": 0.0", "\"latitude\": 91, \"longitude\": 0"),
                        good.replace("\"x\": 0.0, \"y\": 0.0", "\"latitude\": 9, \"longitude\": 0"),
                        good.replace("\"image\": \"", "\"image\": \"####"),
                        good.replace("\"image\": \"", "\"image\": \"AAAA"),
                        good.replace("good", "g".repeat(129)),
                        good.replace("\"id\"", "\"time\": \"yesterday\", \"id\""),
                        "{\"position\": {\"x\": 1, \"y\": 1}}",
                        "{\"position\": {\"x\": 1, \"y\": 1}, \"modalities\": {\"smell\": {}}}",
                        "{\"position\": {\"x\": 1, \"y\": 1}, \"modalities\": {\"rgb\": null}}",
                        "x".repeat(21_000));
        StringBuilder body = new StringBuilder(good).append("\n\n");
        bad.forEach(line -> body.append(line).append('\n').append(good).append("\r\n"));

        HttpResponse<String> response = inspect("", body.toString());

        assertThat(response.statusCode()).isEqualTo(200);
        List<JsonNode> answers = response.body().lines().map(JSON::readTree).toList();
        assertThat(answers).hasSize(2 * bad.size() + 2);
        for (int i = 0; i < 2 * bad.size() + 1; i++) {
            assertThat(answers.get(i).path("number").asInt()).isEqualTo(i + 1);
            assertThat(answers.get(i).path("kind").asString())
                    .as(answers.get(i).toString())
                    .isEqualTo(i % 2 == 0 ? "decision" : "error");
        }
        assertThat(
                        answers.stream()
                                .filter(answer -> answer.path("kind").asString().equals("error"))
                                .map(answer -> answer.path("problem").path("field").asString()))
                .containsExactly(
                        "frame",
                        "frame",
                        "frame",
                        "position",
                        "position.x",
                        "position.x",
                        "position.latitude",
                        "position",
                        "image",
                        "modalities[rgb].image.data",
                        "id",
                        "time",
                        "modalities",
                        "modalities[smell]",
                        "modalities[rgb]",
                        "line");
        assertThat(response.body()).doesNotContain("java.").doesNotContain("\tat ");
        JsonNode report = answers.getLast().path("report");
        assertThat(report.path("frames").path("failed").asInt()).isEqualTo(bad.size());
        assertThat(report.path("state").asString()).isEqualTo("complete");
    }

    @Test
    void partsAreAnsweredAsSoonAsTheyAreComplete() throws Exception {
        try (Wire wire = Wire.to(port)) {
            wire.head(
                    "POST " + PATH + "?id=parts",
                    "Content-Type: multipart/mixed; boundary=frames",
                    "Accept: text/event-stream");
            wire.line();
            assertThat(wire.headers())
                    .anyMatch(header -> header.startsWith("content-type: text/event-stream"));

            wire.chunk(
                    "--frames\r\nContent-Type: application/json\r\n\r\n%s\r\n"
                            .formatted("{\"id\": \"f-1\", \"position\": {\"x\": 1, \"y\": 2}}"));
            wire.chunk(part("Content-Type: image/png", bright));
            JsonNode first = event(wire.chunk(), "decision", 1);
            assertThat(first.path("id").asString()).isEqualTo("f-1");
            assertThat(first.path("route").asString()).isEqualTo("reuse");

            wire.chunk(
                    part(
                            String.join(
                                    "\r\n",
                                    "Content-Type: image/jpeg",
                                    "Frame-Id: f-2",
                                    "Frame-Position: x=1.5, y=2, z=7",
                                    "Frame-Time: 2026-03-01T10:00:00Z"),
                            dark));
            JsonNode second = event(wire.chunk(), "decision", 2);
            assertThat(second.path("id").asString()).isEqualTo("f-2");
            assertThat(second.path("time").asString()).isEqualTo("2026-03-01T10:00:00Z");
            assertThat(second.path("position").path("z").asDouble()).isEqualTo(7);

            wire.chunk(part("Content-Type: image/jpeg\r\nFrame-Position: 3, 4", dark));
            assertThat(event(wire.chunk(), "error", 3).path("problem").path("field").asString())
                    .isEqualTo("frame-position");

            // Without a length the delimiter ends it, which may come at once.
            wire.chunk("--frames\r\nContent-Type: image/png\r\nFrame-Position: x=5, y=5\r\n\r\n");
            wire.chunk(bright);
            wire.chunk("\r\n--frames");
            event(wire.chunk(), "decision", 4);

            wire.chunk("--\r\n");
            wire.chunk("");
            JsonNode report = event(wire.chunk(), "report", 4).path("report");
            assertThat(report.path("frames").path("decided").asInt()).isEqualTo(3);
        }
    }

    @Test
    void aFormOfFramesIsAnsweredFrameByFrame() throws Exception {
        release(Onnx.of(Onnx.CAMERA_AND_SPECTRUM).scale(0.1f).bias(0.5));
        String spectrum = "\"modalities\": {\"spectrum\": {\"values\": [0.1, 0.2, 0.3, 0.4]}}";
        String at = "\"position\": {\"x\": 1, \"y\": 1}";
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        // Decided: by its image, by what is inline, by both, by a part that it names.
        json(form, "{\"id\": \"a\", %s}".formatted(at));
        image(form, "image", bright);
        json(form, "{\"id\": \"b\", %s, %s}".formatted(at, spectrum));
        json(form, "{\"id\": \"c\", %s, %s, \"parts\": [\"rgb\"]}".formatted(at, spectrum));
        image(form, "rgb", bright);
        json(form, "{\"id\": \"d\", %s, \"parts\": [\"rgb\"]}".formatted(at));
        image(form, "rgb", bright);
        // Refused: no image follows, a part of another name, no position (and its image goes with
        // it), an image of its own without a position.
        json(form, "{\"id\": \"e\", %s}".formatted(at));
        json(form, "{\"id\": \"f\", %s, \"parts\": [\"rgb\"]}".formatted(at));
        image(form, "thermal", bright);
        json(form, "{\"id\": \"g\"}");
        image(form, "image", bright);
        json(form, "{\"id\": \"h\", %s}".formatted(at));
        image(form, "image", bright);
        image(form, "image", bright);
        form.writeBytes("--form--\r\n".getBytes(StandardCharsets.UTF_8));

        HttpResponse<String> response =
                send(
                        request(PATH)
                                .header("Content-Type", "multipart/form-data; boundary=form")
                                .POST(BodyPublishers.ofByteArray(form.toByteArray())));

        List<JsonNode> answers = response.body().lines().map(JSON::readTree).toList();
        assertThat(answers.stream().map(answer -> answer.path("id").asString("")))
                .containsExactly("a", "b", "c", "d", "e", "f", "g", "h", "", "");
        assertThat(
                        answers.stream()
                                .map(answer ->
                                        answer.path("problem")
                                                .path("field")
                                                .asString(answer.path("kind").asString())))
                .containsExactly(
                        "decision",
                        "decision",
                        "decision",
                        "decision",
                        "parts",
                        "parts",
                        "position",
                        "decision",
                        "frame-position",
                        "report");
        assertThat(answers.get(0).path("material")).isEqualTo(answers.get(3).path("material"));
        assertThat(answers.get(2).path("material")).isNotEqualTo(answers.get(0).path("material"));
        release(Onnx.of(Onnx.CAMERA).scale(0.1f).bias(0.5));
    }

    @Test
    void aPageIsForReadersAndItsTextIsText() throws Exception {
        String script = "<script>alert(1)</script>";
        inspect(
                "?id=page&title=" + URLEncoder.encode(script, StandardCharsets.UTF_8),
                frame(script, 0, 0, bright) + "\n" + frame("b", 1, 3, dark) + "\n{\n");

        HttpResponse<String> page =
                send(
                        request(PATH + "/page")
                                .header("Accept", "text/html,application/xml;q=0.9,*/*;q=0.8"));

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html;charset=UTF-8");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .startsWith("default-src 'none'");
        assertThat(page.body())
                .doesNotContain("<script")
                .doesNotContainPattern("(src|href)=")
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
                .contains("<svg class=\"map\"", "class=\"recycle\"", "class=\"reuse\"")
                .contains("Frames that failed");
        assertThat(send(request(PATH + "/page").header("Accept", "*/*")).body()).startsWith("{");
        refused(send(request(PATH + "/page").header("Accept", "image/png")), 406, "not-acceptable");
    }

    @Test
    void aReportSaysWhatWasWhere() throws Exception {
        String body =
                frame("a", 0, 0, bright)
                        + "\n"
                        + frame("b", 1, 0, bright)
                        + "\n"
                        + frame("c", 2, 5, dark);

        JsonNode report = report(inspect("?id=hall-7&title=Hall%207&station=drone-2", body));

        assertThat(report.path("id").asString()).isEqualTo("hall-7");
        assertThat(report.path("title").asString()).isEqualTo("Hall 7");
        assertThat(report.path("station").asString()).isEqualTo("drone-2");
        assertThat(report.path("head").asString()).isEqualTo("material");
        // Class k's logit is 0.1 (k + 1) times a channel's value, 2 for white and -2 for black.
        JsonNode most = report.path("classes").path(0);
        assertThat(most.path("category").asString()).isEqualTo("PS");
        assertThat(most.path("count").asInt()).isEqualTo(2);
        assertThat(most.path("share").path("low").asDouble()).isBetween(0.2, 0.21);
        assertThat(most.path("purity").path("value").asDouble())
                .isEqualTo(most.path("confidence").path("mean").asDouble());
        assertThat(report.path("mass").path("basis").asString()).isEqualTo("count");
        assertThat(report.path("routes").toString()).contains("\"reuse\"", "\"recycle\"");
        JsonNode flagged = report.path("flagged").path("positions");
        assertThat(flagged.size()).isEqualTo(3);
        assertThat(flagged.path(2).path("id").asString()).isEqualTo("c");
        assertThat(flagged.path(2).path("route").asString()).isEqualTo("recycle");
        assertThat(flagged.path(2).path("position").path("y").asDouble()).isEqualTo(5);
        assertThat(report.path("track").path("points").size()).isEqualTo(3);
        assertThat(report.path("classifications").path("degradation").size()).isPositive();
        JsonNode listed = json(get(PATH)).path(0);
        assertThat(listed.path("id").asString()).isNotEmpty();
        assertThat(json(get(PATH)).toString()).contains("\"hall-7\"");
    }

    @Test
    void aStreamThatBreaksOffHasItsReportToo() throws Exception {
        try (Wire wire = Wire.to(port)) {
            wire.head("POST " + PATH + "?id=lost", "Content-Type: application/x-ndjson");
            wire.chunk(frame("f-1", 1, 2, bright) + "\n");
            wire.line();
            wire.headers();
            assertThat(wire.chunk()).contains("f-1");
        }

        JsonNode report = json(awaited(PATH + "/lost"));

        assertThat(report.path("state").asString()).isEqualTo("broken-off");
        assertThat(report.path("cause").asString()).isNotEmpty();
        assertThat(report.path("frames").path("decided").asInt()).isEqualTo(1);
    }

    @Test
    void anIdIsUsedOnce() throws Exception {
        inspect("?id=once", frame("a", 0, 0, bright));

        refused(inspect("?id=once", frame("a", 0, 0, bright)), 409, "conflict");
        refused(inspect("?id=../etc", frame("a", 0, 0, bright)), 422, "invalid-record");
        refused(get(PATH + "/never"), 404, "not-found");
        refused(get(PATH + "?limit=0"), 422, "invalid-record");
    }

    @Test
    void theApiIsDescribed() throws Exception {
        JsonNode paths = json(get("/v3/api-docs")).path("paths");
        assertThat(paths.path(PATH).propertyNames()).containsExactlyInAnyOrder("post", "get");
        assertThat(paths.path(PATH + "/{id}").propertyNames()).containsExactly("get");
    }

    /// With a delimiter before it and none behind it.
    private static byte[] part(String headers, byte[] body) {
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        part.writeBytes(
                "--frames\r\n%s\r\nContent-Length: %d\r\n\r\n"
                        .formatted(headers, body.length)
                        .getBytes(StandardCharsets.UTF_8));
        part.writeBytes(body);
        part.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        return part.toByteArray();
    }

    private static void json(ByteArrayOutputStream form, String json) {
        form.writeBytes(
                ("--form\r\nContent-Disposition: form-data; name=\"frame\"\r\n"
                                + "Content-Type: application/json\r\n\r\n"
                                + json
                                + "\r\n")
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static void image(ByteArrayOutputStream form, String name, byte[] image) {
        form.writeBytes(
                ("--form\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"a.png\"\r\n"
                                        .formatted(name)
                                + "Content-Type: image/png\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        form.writeBytes(image);
        form.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode event(String event, String kind, int number) {
        List<String> lines = event.lines().toList();
        assertThat(lines.get(0)).isEqualTo("event: " + kind);
        assertThat(lines.get(1)).isEqualTo("id: " + number);
        assertThat(event).endsWith("\n\n");
        return JSON.readTree(lines.get(2).substring("data: ".length()));
    }

    private void release(Onnx onnx) throws Exception {
        registry.release(++version, onnx.bytes());
        send(request("/api/v1/model/refresh").POST(BodyPublishers.noBody()));
        assertThat(json(get("/api/v1/model")).path("version").asInt()).isEqualTo(version);
    }

    private static String frame(String id, double x, double y, byte[] image) {
        return "{\"id\": \"%s\", \"position\": {\"x\": %s, \"y\": %s}, \"image\": \"%s\"}"
                .formatted(id, x, y, Base64.getEncoder().encodeToString(image));
    }

    private HttpResponse<String> inspect(String query, String body) throws Exception {
        return send(
                request(PATH + query)
                        .header("Content-Type", "application/x-ndjson")
                        .POST(BodyPublishers.ofString(body)));
    }

    private static JsonNode report(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode last =
                JSON.readTree(response.body().lines().reduce((_, next) -> next).orElseThrow());
        assertThat(last.path("kind").asString()).isEqualTo("report");
        return last.path("report");
    }

    private HttpResponse<String> awaited(String path) throws Exception {
        await().until(() -> get(path).statusCode() == 200);
        return get(path);
    }

    private static void refused(HttpResponse<String> response, int status, String problem) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type"))
                .contains("application/problem+json");
        assertThat(json(response).path("type").asString())
                .isEqualTo("urn:retort:problem:" + problem);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }
}
