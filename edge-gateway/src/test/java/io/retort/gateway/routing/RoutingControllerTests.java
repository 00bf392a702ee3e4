package io.retort.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.gateway.fixtures.Captures;
import io.retort.gateway.fixtures.Gateways;
import io.retort.gateway.fixtures.Onnx;
import io.retort.gateway.fixtures.RegistryServer;
import io.retort.gateway.inference.Models;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutingControllerTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final RegistryServer registry = new RegistryServer();
    private final HttpClient http = HttpClient.newHttpClient();

    private ConfigurableApplicationContext gateway;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        // Every class is as likely, and the quality is 0.9.
        registry.release(1, Onnx.of(Onnx.CAMERA).scale(0).bias(0.9).bytes());
        gateway = Gateways.withoutBroker(registry.url(), data);
        Models models = gateway.getBean(Models.class);
        Awaitility.await().until(() -> models.version().isPresent());
    }

    @AfterAll
    void stop() {
        gateway.close();
        registry.close();
    }

    @Test
    void assessmentsFollowThePolicyThatWasPut() throws Exception {
        assertThat(put("{}").statusCode()).isEqualTo(200);
        JsonNode byQuality = assess();
        assertThat(byQuality.path("route").asString()).isEqualTo("reuse");
        assertThat(byQuality.path("routing").path("bin").isNull()).isTrue();

        HttpResponse<String> answer =
                put(
                        """
                        {"bins": [
                          {"id": "plastics", "accepts": ["PET", "PP"], "price": 0.3,
                           "contamination": 0.06, "capacity": 1},
                          {"id": "shelf", "route": "reuse", "price": 0.1}]}\
                        """);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(answer.body()).path("policy").path("reuseAbove").asDouble())
                .isEqualTo(0.7);

        JsonNode first = assess();
        // 2/3 x 0.3 - 1/3 x 0.06
        assertThat(first.path("routing").path("bin").asString()).isEqualTo("plastics");
        assertThat(first.path("routing").path("reason").asString())
                .isEqualTo("worth 0.18 in plastics, the most of all bins");
        JsonNode second = assess();
        assertThat(second.path("routing").path("bin").asString()).isEqualTo("shelf");
        assertThat(second.path("routing").path("reason").asString())
                .isEqualTo("worth 0.1 in shelf; plastics, at 0.18, is full: it holds 1 of 1");

        JsonNode bins = JSON.readTree(get().body()).path("bins");
        assertThat(bins.get(0).path("items").asInt()).isEqualTo(1);
        assertThat(bins.get(0).path("remaining").asInt()).isZero();
        assertThat(bins.get(0).path("purity").asDouble()).isBetween(0.666, 0.667);
        HttpResponse<String> emptied = post("/bins/plastics/emptied");
        assertThat(JSON.readTree(emptied.body()).path("items").asInt()).isEqualTo(1);
        assertThat(assess().path("routing").path("bin").asString()).isEqualTo("plastics");
        assertThat(post("/bins/nothing/emptied").statusCode()).isEqualTo(422);
    }

    @Test
    void aPolicyThatCannotBeIsRefusedAndTheOldOneStays() throws Exception {
        String before = JSON.readTree(get().body()).path("policy").toString();
        HttpResponse<String> misspelt = put("{\"bins\": [{\"id\": \"a\", \"purityy\": 1}]}");
        assertThat(misspelt.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(misspelt.body()).path("detail").asString()).contains("purityy");
        HttpResponse<String> impossible = put("{\"bins\": [{\"id\": \"a\", \"purity\": 2}]}");
        assertThat(impossible.statusCode()).isEqualTo(422);
        assertThat(JSON.readTree(impossible.body()).path("field").asString())
                .isEqualTo("bins[a].purity");
        assertThat(put("{\"bins\": [").statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(get().body()).path("policy").toString()).isEqualTo(before);
    }

    private JsonNode assess() throws Exception {
        HttpResponse<String> answer =
                http.send(
                        to("/api/v1/assessments")
                                .header("Content-Type", "image/png")
                                .POST(
                                        BodyPublishers.ofByteArray(
                                                Captures.picture("png", 8, 8, 0x123456)))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private HttpResponse<String> put(String json) throws Exception {
        return http.send(
                to("/api/v1/routing")
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(json))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get() throws Exception {
        return http.send(to("/api/v1/routing").build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path) throws Exception {
        return http.send(
                to("/api/v1/routing" + path).POST(BodyPublishers.noBody()).build(),
                BodyHandlers.ofString());
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://localhost:" + Gateways.port(gateway) + path));
    }
}
