package io.retort.gateway.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.gateway.fixtures.Captures;
import io.retort.gateway.fixtures.Gateways;
import io.retort.gateway.fixtures.Onnx;
import io.retort.gateway.fixtures.RegistryServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Plans over real HTTP.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MaintenanceTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String PATH = "/api/v1/maintenance";

    /// Each head is 0.1 times the sum of the normalised channels, and 0.5.
    private final Onnx drives =
            Onnx.of(
                            new Schema(
                                    "drives",
                                    Map.of("rgb", Onnx.RGB),
                                    Map.of(
                                            "wear",
                                            new RegressionHead(0, 1),
                                            "alignment",
                                            new RegressionHead(0, 1),
                                            "lubrication",
                                            new RegressionHead(0, 1))))
                    .scale(0.1f)
                    .bias(0.5);

    private final RegistryServer registry = new RegistryServer();
    private final HttpClient http = HttpClient.newHttpClient();
    private ConfigurableApplicationContext gateway;
    private int version;
    private String url;

    @BeforeAll
    void start(@TempDir Path data) {
        gateway =
                Gateways.withoutBroker(
                        registry.url(),
                        data,
                        "--retort.maintenance.most-captures=3",
                        "--retort.maintenance.largest-body=50KB");
        url = "http://localhost:" + Gateways.port(gateway);
    }

    @AfterAll
    void stop() {
        gateway.close();
        registry.close();
    }

    @Test
    void machinesAreRankedByTheArticlesFormulaWithoutAnyModel() throws Exception {
        JsonNode plan =
                plan(
                        """
                        {"machines": [
                          {"id": "new", "wear": 0.1, "alignment": 0.95, "lubrication": 0.2},
                          {"id": "worn", "wear": 0.9, "alignment": 0.5, "lubrication": 0.8},
                          {"id": "dry", "wear": 0.1, "alignment": 1, "lubrication": 1}]}
                        """);

        assertThat(plan.path("machines").size()).isEqualTo(3);
        JsonNode first = plan.path("machines").path(0);
        assertThat(first.path("id").asString()).isEqualTo("worn");
        assertThat(first.path("rank").asInt()).isEqualTo(1);
        // 0.4 * 0.9 + 0.3 * 0.5 + 0.3 * 0.8
        assertThat(first.path("urgency").asDouble()).isEqualTo(0.75, within(1e-12));
        assertThat(first.path("when").asString()).isEqualTo("now");
        assertThat(first.path("actions").toString())
                .contains("\"factor\":\"wear\",\"when\":\"now\"")
                .contains("\"factor\":\"lubrication\",\"when\":\"now\"")
                .contains("\"factor\":\"alignment\",\"when\":\"next-stop\"");
        double sum = 0;
        for (JsonNode reason : first.path("reasons")) {
            sum += reason.path("contribution").asDouble();
        }
        assertThat(sum).isEqualTo(0.75, within(1e-12));
        assertThat(first.path("reasons").path(0).path("reason").asString())
                .isEqualTo("wear at 0.90 adds 0.36 of 0.40");
        assertThat(first.path("reasons").path(2).path("reason").asString())
                .isEqualTo("alignment at 0.50 adds 0.15 of 0.30");

        JsonNode second = plan.path("machines").path(1);
        assertThat(second.path("id").asString()).isEqualTo("dry");
        assertThat(second.path("urgency").asDouble()).isEqualTo(0.34, within(1e-12));
        assertThat(second.path("when").asString()).isEqualTo("next-stop");
        assertThat(second.path("actions").size()).isEqualTo(1);
        assertThat(second.path("actions").path(0).path("action").asString())
                .isEqualTo("lubricate before the machine runs on");

        JsonNode third = plan.path("machines").path(2);
        assertThat(third.path("when").asString()).isEqualTo("later");
        assertThat(third.path("actions").isEmpty()).isTrue();
        assertThat(plan.has("model")).isFalse();
    }

    @Test
    void capturesAreReadByTheModelAndTheirMeanCounts() throws Exception {
        release(drives);
        String dark = base64(0x000000);
        String bright = base64(0xffffff);

        JsonNode plan =
                plan(
                        """
                        {"machines": [
                          {"id": "seen", "captures": [{"image": "%s"}, {"modalities": {"rgb": "%s"}}]},
                          {"id": "known", "wear": 1, "alignment": 0, "lubrication": 1}]}
                        """
                                .formatted(dark, bright));

        assertThat(plan.path("machines").path(0).path("id").asString()).isEqualTo("known");
        assertThat(plan.path("machines").path(0).path("captures").asInt()).isZero();
        JsonNode seen = plan.path("machines").path(1);
        assertThat(seen.path("captures").asInt()).isEqualTo(2);
        // Black is -2 in each channel, so 0.5 - 0.6 clipped to 0; white, but for its black pixel,
        // 0.5 + 0.6 clipped to 1.
        for (String head : new String[] {"wear", "alignment", "lubrication"}) {
            assertThat(seen.path("condition").path(head).asDouble()).isEqualTo(0.5);
        }
        assertThat(seen.path("urgency").asDouble()).isEqualTo(0.5, within(1e-12));
        assertThat(plan.path("model").path("version").asInt()).isEqualTo(version);
    }

    @Test
    void aModelThatSaysNothingOfMachinesIsNamed() throws Exception {
        release(Onnx.of(Onnx.CAMERA).scale(0.1f));

        HttpResponse<String> answer =
                post(
                        """
                        {"machines": [{"id": "a", "captures": [{"image": "%s"}]}]}
                        """
                                .formatted(base64(0)));

        assertThat(answer.statusCode()).isEqualTo(409);
        JsonNode problem = JSON.readTree(answer.body());
        assertThat(problem.path("type").asString()).isEqualTo("urn:retort:problem:missing-heads");
        assertThat(problem.path("detail").asString())
                .contains("[wear, alignment, lubrication]", "student " + version, "material");
    }

    @Test
    void whatIsWrongIsSaidWithItsField() throws Exception {
        release(drives);
        String good = "{\"id\": \"a\", \"wear\": 0, \"alignment\": 1, \"lubrication\": 0}";
        String image = base64(0);
        refused("{", "machines");
        refused("{}", "machines");
        refused("{\"machines\": []}", "machines");
        refused("{\"machines\": [null]}", "machines[0]");
        refused("{\"machines\": 1}", "machines");
        refused(of(good, good.replace("\"wear\": 0", "\"wear\": 1.01")), "machines[1].wear");
        refused(of(good.replace("\"wear\": 0", "\"wear\": \"high\"")), "machines[0].wear");
        refused(of(good.replace("\"wear\": 0,", "")), "machines[0].wear");
        refused(of(good.replace("wear", "waer")), "machines[0].waer");
        refused(of(good.replace("\"a\"", "\"\"")), "machines[0].id");
        refused(of(good, good), "machines[1].id");
        refused(of(good.replace("}", ", \"captures\": []}")), "machines[0]");
        refused(of("{\"id\": \"a\", \"captures\": []}"), "machines[0].captures");
        refused(of("{\"id\": \"a\", \"captures\": [null]}"), "machines[0].captures[0]");
        refused(
                of(
                        "{\"id\": \"a\", \"captures\": [{\"image\": \"%s\"}, {\"image\": \"AAAA\"}]}"
                                .formatted(image)),
                "machines[0].captures[1].modalities[rgb].image.data");
        refused(of("{\"id\": \"a\", \"captures\": [{}]}"), "machines[0].captures[0].modalities");
        refused(of("{\"id\": \"a\", \"captures\": [{}, {}, {}, {}]}"), "machines[0].captures");
        assertThat(post(" ".repeat(52_000)).statusCode()).isEqualTo(413);
    }

    @Test
    void theApiIsDescribed() throws Exception {
        HttpResponse<String> api =
                http.send(
                        HttpRequest.newBuilder(URI.create(url + "/v3/api-docs")).build(),
                        BodyHandlers.ofString());
        assertThat(JSON.readTree(api.body()).path("paths").propertyNames()).contains(PATH);
    }

    private static String of(String... machines) {
        return "{\"machines\": [" + String.join(",", machines) + "]}";
    }

    private static String base64(int colour) {
        return Base64.getEncoder().encodeToString(Captures.picture("png", 8, 8, colour));
    }

    private void release(Onnx onnx) throws Exception {
        registry.release(++version, onnx.bytes());
        http.send(
                HttpRequest.newBuilder(URI.create(url + "/api/v1/model/refresh"))
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    private JsonNode plan(String body) throws Exception {
        HttpResponse<String> answer = post(body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private void refused(String body, String field) throws Exception {
        HttpResponse<String> answer = post(body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(answer.headers().firstValue("Content-Type"))
                .contains("application/problem+json");
        assertThat(JSON.readTree(answer.body()).path("field").asString()).isEqualTo(field);
        assertThat(answer.body()).doesNotContain("io.retort").doesNotContain("java.");
    }

    private HttpResponse<String> post(String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(url + PATH))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
