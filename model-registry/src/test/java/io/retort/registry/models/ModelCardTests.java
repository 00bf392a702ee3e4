package io.retort.registry.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.contract.schema.Schema;
import io.retort.registry.Registries;
import io.retort.registry.RunningRegistry;
import io.retort.registry.RunningRegistry.Artifact;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ArgumentsSource(Registries.class)
class ModelCardTests {

    private static final String PAGE = "<!DOCTYPE html><html><body>Grüße</body></html>";
    private static final String JSON = "{\"model\":\"Grüße\"}";

    private final RunningRegistry registry;
    private final String versions = "/api/v1/models/" + RunningRegistry.freshName() + "/versions";

    ModelCardTests(RunningRegistry registry) {
        this.registry = registry;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html | page",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | page",
                "application/json;q=0.5, text/html | page",
                "text/html;q=0.5, application/json | json",
                "application/json | json",
                "text/html;q=0, */* | json",
                "*/* | json",
            })
    void theCardComesAsItIsAskedFor(String accept, String form) {
        publish(Map.of("card.html", PAGE, "card.json", JSON));

        HttpResponse<String> card = registry.get(versions + "/1/card", "Accept", accept);

        assertThat(card.statusCode()).isEqualTo(200);
        boolean page = form.equals("page");
        assertThat(card.body()).isEqualTo(page ? PAGE : JSON);
        assertThat(card.headers().firstValue("Content-Type"))
                .contains(page ? "text/html;charset=UTF-8" : "application/json");
        assertThat(card.headers().allValues("Vary")).contains("Accept");
    }

    @Test
    void aProgramThatAsksForNothingGetsJson() {
        publish(Map.of("card.html", PAGE, "card.json", JSON));

        assertThat(registry.get(versions + "/1/card").body()).isEqualTo(JSON);
    }

    @Test
    void aBrowserLoadsAndRunsNothingForThePage() {
        publish(Map.of("card.html", PAGE));

        HttpResponse<String> card = registry.get(versions + "/1/card", "Accept", "text/html");

        assertThat(card.headers().firstValue("Content-Security-Policy"))
                .get()
                .asString()
                .contains("default-src 'none'", "img-src data:", "sandbox")
                .doesNotContain("script-src", "allow-scripts");
        assertThat(card.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/json"})
    void aVersionWithoutACardSaysSo(String accept) {
        publish(Map.of());

        HttpResponse<String> card = registry.get(versions + "/1/card", "Accept", accept);

        assertThat(card.statusCode()).isEqualTo(404);
        assertThat(card.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(RunningRegistry.parse(card).path("type").asString())
                .isEqualTo("urn:retort:problem:not-found");
        assertThat(RunningRegistry.parse(card).path("detail").asString())
                .startsWith("Version 1 of ")
                .contains("no model card");
        assertThat(registry.get(versions + "/7/card", "Accept", accept).statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "nonsense"})
    void otherFormsAreRefused(String accept) {
        publish(Map.of("card.html", PAGE, "card.json", JSON));

        assertThat(registry.get(versions + "/1/card", "Accept", accept).statusCode())
                .isEqualTo(406);
    }

    private void publish(Map<String, String> cards) {
        StringBuilder artifacts = new StringBuilder();
        Artifact fp32 = registry.upload();
        append(artifacts, "fp32", fp32);
        new TreeMap<>(cards)
                .forEach((variant, content) -> {
                    Artifact card = Artifact.of(content);
                    assertThat(registry.upload(card.sha256(), card.bytes()).statusCode())
                            .isIn(200, 201);
                    append(artifacts, variant, card);
                });
        String content =
                """
                {"schema": %s, "modalities": ["rgb"], "artifacts": {%s}}
                """
                        .formatted(Schema.article().toJson(), artifacts);
        assertThat(registry.post(versions, content).statusCode()).isEqualTo(201);
    }

    private static void append(StringBuilder artifacts, String variant, Artifact artifact) {
        artifacts
                .append(artifacts.isEmpty() ? "" : ", ")
                .append(
                        "\"%s\": {\"sha256\": \"%s\", \"bytes\": %d}"
                                .formatted(variant, artifact.sha256(), artifact.bytes().length));
    }
}
