package io.retort.gateway.power;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.gateway.fixtures.Captures;
import io.retort.gateway.fixtures.Gateways;
import io.retort.gateway.fixtures.Onnx;
import io.retort.gateway.fixtures.RegistryServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PowerControllerTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http = HttpClient.newHttpClient();
    private int port;

    @Test
    void aReportedLevelSwitchesTheVariantThatAnswers(@TempDir Path data) throws Exception {
        Onnx camera = Onnx.of(Onnx.CAMERA).scale(0);
        try (RegistryServer registry = new RegistryServer()) {
            registry.release(
                    1, Map.of("fp32", camera.bias(0.9).bytes(), "int8", camera.bias(0.1).bytes()));
            try (ConfigurableApplicationContext gateway =
                    Gateways.withoutBroker(
                            registry.url(),
                            data,
                            "--retort.rollout.variant=fp32",
                            "--retort.rollout.variants.eco=int8")) {
                port = Gateways.port(gateway);
                Awaitility.await().until(() -> variant().equals("fp32"));
                JsonNode eco = send("PUT", "/api/v1/power", "{\"battery\": 0.4}");
                assertThat(eco.path("mode").asString()).isEqualTo("eco");
                Awaitility.await().until(() -> variant().equals("int8"));
                assertThat(assess().path("quality").asDouble()).isBetween(0.09, 0.11);
                send("PUT", "/api/v1/power", "{\"battery\": 0.4, \"charging\": true}");
                Awaitility.await().until(() -> variant().equals("fp32"));
                assertThat(assess().path("quality").asDouble()).isBetween(0.89, 0.91);
                JsonNode spent = send("GET", "/api/v1/power", "");
                assertThat(spent.path("inferences").asInt()).isEqualTo(2);
                assertThat(spent.path("modelledJoulesPerInference").asDouble()).isPositive();
                JsonNode refused = send("PUT", "/api/v1/power", "{\"battery\": 40}");
                assertThat(refused.path("status").asInt()).isEqualTo(422);
                assertThat(refused.path("field").asString()).isEqualTo("battery");
            }
        }
    }

    private String variant() throws Exception {
        return send("GET", "/api/v1/model", "").path("variant").asString();
    }

    private JsonNode assess() throws Exception {
        return JSON.readTree(
                http.send(
                                HttpRequest.newBuilder(uri("/api/v1/assessments"))
                                        .header("Content-Type", "image/png")
                                        .POST(
                                                BodyPublishers.ofByteArray(
                                                        Captures.picture("png", 8, 8, 0x123456)))
                                        .build(),
                                BodyHandlers.ofString())
                        .body());
    }

    private JsonNode send(String method, String path, String json) throws Exception {
        return JSON.readTree(
                http.send(
                                HttpRequest.newBuilder(uri(path))
                                        .header("Content-Type", "application/json")
                                        .method(method, BodyPublishers.ofString(json))
                                        .build(),
                                BodyHandlers.ofString())
                        .body());
    }

    private URI uri(String path) {
        return URI.create("http://localhost:%d%s".formatted(port, path));
    }
}
