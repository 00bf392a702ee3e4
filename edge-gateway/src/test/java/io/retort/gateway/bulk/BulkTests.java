package io.retort.gateway.bulk;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Many items over real HTTP.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BulkTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String PATH = "/api/v1/assessments/bulk";

    private final RegistryServer registry = new RegistryServer();
    private final HttpClient http = HttpClient.newHttpClient();
    private final byte[] png = Captures.picture("png", 16, 16, 0x3070b0);
    private ConfigurableApplicationContext gateway;
    private int port;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        registry.release(1, Onnx.of(Onnx.CAMERA).scale(0.1f).bytes());
        gateway =
                Gateways.withoutBroker(
                        registry.url(),
                        data,
                        "--retort.bulk.most-items=5",
                        "--retort.bulk.largest-item=8KB",
                        "--retort.bulk.largest-body=32KB");
        port = Gateways.port(gateway);
        send(request("/api/v1/model/refresh").POST(BodyPublishers.noBody()));
    }

    @AfterAll
    void stop() {
        gateway.close();
        registry.close();
    }

    @Test
    void partsNamedByIdAreAnsweredInTheirOrderEachForItself() throws Exception {
        JsonNode single =
                json(
                        send(
                                request("/api/v1/assessments?id=alone")
                                        .header("Content-Type", "image/png")
                                        .POST(BodyPublishers.ofByteArray(png))));

        JsonNode answer =
                json(
                        form(
                                part("a", "image/png", png),
                                part("b", "image/jpeg", new byte[] {1, 2, 3}),
                                part(
                                        "c",
                                        "application/json",
                                        line("", png).getBytes(StandardCharsets.UTF_8)),
                                part("d", "text/plain", png),
                                part("a", "image/png", png)));

        assertThat(answer.path("items").size()).isEqualTo(5);
        assertThat(answer.path("decided").asInt()).isEqualTo(2);
        assertThat(answer.path("failed").asInt()).isEqualTo(3);
        assertThat(answer.has("ended")).isFalse();
        List<String> ids = List.of("a", "b", "c", "d", "a");
        List<String> fields = List.of("", "modalities[rgb].image.data", "", "content-type", "id");
        for (int i = 0; i < 5; i++) {
            JsonNode item = answer.path("items").path(i);
            assertThat(item.path("number").asInt()).isEqualTo(i + 1);
            assertThat(item.path("id").asString()).isEqualTo(ids.get(i));
            assertThat(item.path("problem").path("field").asString("")).isEqualTo(fields.get(i));
            assertThat(item.has("assessment")).isEqualTo(fields.get(i).isEmpty());
        }
        assertThat(answer.path("items").path(0).path("assessment").path("material"))
                .isEqualTo(single.path("material"));
        assertThat(answer.path("items").path(2).path("assessment").path("material"))
                .isEqualTo(single.path("material"));
    }

    @Test
    void linesAreAnsweredWhileTheNextIsNotSentYetWhereLinesAreAccepted() throws Exception {
        try (Wire wire = Wire.to(port)) {
            wire.head(
                    "POST " + PATH + "?station=s-09",
                    "Content-Type: application/x-ndjson",
                    "Accept: application/x-ndjson");
            wire.line();
            wire.headers();
            wire.chunk(line("\"id\": \"x-1\", ", png) + "\n");
            JsonNode first = JSON.readTree(wire.chunk());
            assertThat(first.path("id").asString()).isEqualTo("x-1");
            assertThat(first.path("assessment").path("station").asString()).isEqualTo("s-09");
            wire.chunk("{\n");
            assertThat(JSON.readTree(wire.chunk()).path("problem").path("status").asInt())
                    .isEqualTo(422);
            wire.chunk("");
            assertThat(wire.chunk()).isEqualTo("{\"decided\":1,\"failed\":1}\n");
        }
    }

    @Test
    void whatLiesBeyondTheBoundsIsNotRead() throws Exception {
        JsonNode many = json(lines((line("", png) + "\n").repeat(7)));
        assertThat(many.path("items").size()).isEqualTo(5);
        assertThat(many.path("decided").asInt()).isEqualTo(5);
        assertThat(many.path("ended").path("detail").asString())
                .isEqualTo("what follows was not read: a request may have 5 items");

        JsonNode large = json(lines("x".repeat(9000) + "\n" + line("", png)));
        assertThat(large.path("items").path(0).path("problem").path("field").asString())
                .isEqualTo("line");
        assertThat(large.path("items").path(1).has("assessment")).isTrue();

        assertThat(lines("x".repeat(33_000)).statusCode()).isEqualTo(413);
        HttpResponse<String> chunked =
                send(
                        request(PATH)
                                .header("Content-Type", "application/x-ndjson")
                                .POST(
                                        BodyPublishers.fromPublisher(
                                                BodyPublishers.ofString(
                                                        (line("", png) + "\n")
                                                                + " ".repeat(40_000)))));
        assertThat(json(chunked).path("decided").asInt()).isEqualTo(1);
        assertThat(json(chunked).path("ended").path("detail").asString())
                .contains("larger than 32768 bytes");
    }

    @Test
    void theApiIsDescribed() throws Exception {
        assertThat(json(send(request("/v3/api-docs"))).path("paths").propertyNames())
                .contains(PATH);
    }

    private static String line(String id, byte[] image) {
        return "{%s\"image\": \"%s\"}".formatted(id, Base64.getEncoder().encodeToString(image));
    }

    private static byte[] part(String name, String type, byte[] body) {
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        part.writeBytes(
                String.join(
                                "\r\n",
                                "--form",
                                "Content-Disposition: form-data; name=\"" + name + "\"",
                                "Content-Type: " + type,
                                "",
                                "")
                        .getBytes(StandardCharsets.UTF_8));
        part.writeBytes(body);
        part.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        return part.toByteArray();
    }

    private HttpResponse<String> form(byte[]... parts) throws Exception {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            form.writeBytes(part);
        }
        form.writeBytes("--form--\r\n".getBytes(StandardCharsets.UTF_8));
        return send(
                request(PATH)
                        .header("Content-Type", "multipart/form-data; boundary=form")
                        .POST(BodyPublishers.ofByteArray(form.toByteArray())));
    }

    private HttpResponse<String> lines(String lines) throws Exception {
        return send(
                request(PATH)
                        .header("Content-Type", "application/x-ndjson")
                        .POST(BodyPublishers.ofString(lines)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }
}
