package io.retort.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;

class ModelRegistryTests {

    private final RunningRegistry registry = RunningRegistry.H2;

    @Test
    void healthIsUpWhileTheBrokerIsAway() {
        for (String path : List.of("", "/liveness", "/readiness")) {
            HttpResponse<String> answer = registry.get("/actuator/health" + path);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(RunningRegistry.parse(answer).get("status").asString()).isEqualTo("UP");
        }
    }

    @Test
    void whatHappensIsMeasured() {
        registry.upload();
        String scraped = registry.get("/actuator/prometheus").body();
        assertThat(scraped)
                .contains(
                        "retort_artifacts ",
                        "retort_artifacts_stored_bytes ",
                        "retort_artifacts_damaged ",
                        "retort_artifacts_uploads_total{outcome=\"created\"}",
                        "retort_versions_published_total ",
                        "retort_aliases_moved_total ",
                        "retort_events_published_total ",
                        "retort_events_failures_total ",
                        "retort_events_outbox ");
        assertThat(scraped.lines().filter(line -> line.startsWith("retort_artifacts ")))
                .singleElement()
                .satisfies(line ->
                        assertThat(Double.parseDouble(line.substring(line.indexOf(' '))))
                                .isPositive());
    }

    @Test
    void theApiIsDocumented() {
        JsonNode api = registry.json("/v3/api-docs");
        assertThat(api.get("info").get("title").asString()).isEqualTo("Retort model registry");
        assertThat(api.get("paths").propertyNames())
                .containsExactlyInAnyOrder(
                        "/api/v1/artifacts/{sha256}",
                        "/api/v1/artifacts/scrub",
                        "/api/v1/models",
                        "/api/v1/models/{model}",
                        "/api/v1/models/{model}/versions",
                        "/api/v1/models/{model}/versions/{version}",
                        "/api/v1/models/{model}/versions/{version}/card",
                        "/api/v1/models/{model}/aliases",
                        "/api/v1/models/{model}/aliases/{alias}");
        assertThat(
                        api.at("/paths/~1api~1v1~1artifacts~1{sha256}/put/requestBody/content")
                                .propertyNames())
                .containsExactly("application/octet-stream");
        assertThat(api.at("/paths/~1api~1v1~1artifacts~1{sha256}/put/parameters")).hasSize(1);
    }

    @Test
    void springsOwnRefusalsAreProblemsToo() {
        HttpResponse<String> answer =
                RunningRegistry.send(
                        registry.request("DELETE", "/api/v1/models", BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(RunningRegistry.parse(answer).get("type").asString())
                .isEqualTo("urn:retort:problem:method-not-allowed");
    }

    @Test
    void theDefaultsAreThese() {
        Environment environment = registry.bean(Environment.class);
        assertThat(environment.getProperty("spring.application.name")).isEqualTo("model-registry");
        assertThat(environment.getProperty("spring.jmx.enabled")).isEqualTo("false");
        assertThat(environment.getProperty("spring.threads.virtual.enabled")).isEqualTo("true");
        assertThat(environment.getProperty("management.metrics.use-global-registry"))
                .isEqualTo("false");
    }
}
