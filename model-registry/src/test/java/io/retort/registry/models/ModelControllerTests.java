package io.retort.registry.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.contract.Records;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.ReleaseEvent;
import io.retort.registry.Registries;
import io.retort.registry.RunningRegistry;
import io.retort.registry.RunningRegistry.Artifact;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ParameterizedClass
@ArgumentsSource(Registries.class)
class ModelControllerTests {

    private static final JsonMapper JSON = new JsonMapper();

    private final RunningRegistry registry;
    private final String model = RunningRegistry.freshName();
    private final String path = "/api/v1/models/" + model;

    ModelControllerTests(RunningRegistry registry) {
        this.registry = registry;
    }

    @Test
    void aPublishedVersionIsThereWithAllThatWasSaidOfIt() {
        Artifact fp32 = registry.upload();
        Artifact int8 = registry.upload();
        String content =
                """
                {"schema": %s, "modalities": ["rgb"],
                 "artifacts": {"int8": {"sha256": "%s", "bytes": %d},
                               "fp32": {"sha256": "%s", "bytes": %d}},
                 "provenance": {"seed": 7, "z": {"b": [1, 2.5, null, true], "a": "Grüße"}},
                 "evaluation": {"accuracy": 0.8125}}
                """
                        .formatted(
                                Schema.article().toJson(),
                                int8.sha256(),
                                int8.bytes().length,
                                fp32.sha256(),
                                fp32.bytes().length);
        HttpResponse<String> answer = registry.post(path + "/versions", content);
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Location")).contains(path + "/versions/1");

        JsonNode version = RunningRegistry.parse(answer);
        assertThat(version.get("model").asString()).isEqualTo(model);
        assertThat(version.get("version").asInt()).isEqualTo(1);
        assertThat(version.get("createdAt").asString()).startsWith("20").endsWith("Z");
        assertThat(version.get("contentHash").asString()).matches("[0-9a-f]{64}");
        assertThat(Schema.parse(version.get("schema").toString())).isEqualTo(Schema.article());
        JsonNode sent = JSON.readTree(content);
        for (String same : List.of("modalities", "artifacts", "provenance", "evaluation")) {
            assertThat(version.get(same)).isEqualTo(sent.get(same));
        }
        assertThat(registry.json(path + "/versions/1")).isEqualTo(version);
        assertThat(registry.json(path).get("latestVersion").asInt()).isEqualTo(1);
    }

    @Test
    void theSameContentAgainIsTheSameVersion() {
        Artifact artifact = registry.upload();
        String content = content(artifact, "{\"a\": 1, \"b\": {\"c\": 2, \"d\": 3}}");
        String reordered = content(artifact, "{\"b\": {\"d\": 3, \"c\": 2}, \"a\": 1}");
        HttpResponse<String> first = registry.post(path + "/versions", content);
        for (String again : List.of(content, reordered)) {
            HttpResponse<String> answer = registry.post(path + "/versions", again);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(first.body());
        }
        HttpResponse<String> other =
                registry.post(path + "/versions", content(artifact, "{\"a\": 2}"));
        assertThat(other.statusCode()).isEqualTo(201);
        assertThat(RunningRegistry.parse(other).get("version").asInt()).isEqualTo(2);
        assertThat(events()).extracting(ReleaseEvent::hasVersionPublished).hasSize(2);
    }

    @Test
    void provenanceAndEvaluationMayBeLeftOut() {
        Artifact artifact = registry.upload();
        HttpResponse<String> answer =
                registry.post(
                        path + "/versions",
                        """
                        {"schema": %s, "modalities": ["rgb"],
                         "artifacts": {"fp32": {"sha256": "%s", "bytes": %d}}}
                        """
                                .formatted(
                                        Schema.article().toJson(),
                                        artifact.sha256(),
                                        artifact.bytes().length));
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(RunningRegistry.parse(answer).get("provenance").isEmpty()).isTrue();
    }

    @Test
    void publishersAtOnceGetVersionsOfTheirOwn() throws Exception {
        Artifact artifact = registry.upload();
        List<Callable<Integer>> publications = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            String content = content(artifact, "{\"run\": " + i + "}");
            publications.add(() -> {
                HttpResponse<String> answer = registry.post(path + "/versions", content);
                assertThat(answer.statusCode()).isEqualTo(201);
                return RunningRegistry.parse(answer).get("version").asInt();
            });
        }
        assertThat(atOnce(publications))
                .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 24).boxed().toList());
        assertThat(events())
                .extracting(event -> event.getVersionPublished().getVersion())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 24).boxed().toList());
    }

    @Test
    void publishersOfTheSameAtOncePublishOneVersion() throws Exception {
        String content = content(registry.upload(), "{}");
        Callable<Integer> publication =
                () -> registry.post(path + "/versions", content).statusCode();
        assertThat(atOnce(Collections.nCopies(8, publication)))
                .containsOnly(200, 201)
                .containsOnlyOnce(201);
        assertThat(events()).hasSize(1);
    }

    @Test
    void aMissingOrDamagedArtifactIsRefusedWithItsField() {
        Artifact unknown = Artifact.of("never uploaded");
        assertRefused(content(unknown, "{}"), "artifacts.fp32.sha256");
        Artifact damaged = registry.upload();
        String hex = damaged.sha256().hex();
        registry.stored().write(damaged.sha256(), new byte[damaged.bytes().length]);
        assertThat(registry.get("/api/v1/artifacts/" + hex).statusCode()).isEqualTo(404);
        assertRefused(content(damaged, "{}"), "artifacts.fp32.sha256");
        assertThat(registry.get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void contentThatMakesNoSenseIsRefusedWithItsField() {
        Artifact artifact = registry.upload();
        String good = content(artifact, "{}");
        assertRefused(good.replace("\"bytes\": ", "\"bytes\": 1"), "artifacts.fp32.bytes");
        assertRefused(good.replace("\"rgb\"]", "\"sonar\"]"), "modalities[sonar]");
        assertRefused(good.replace("[\"rgb\"]", "[\"rgb\", \"rgb\"]"), "modalities");
        assertRefused(good.replace("[\"rgb\"]", "[]"), "modalities");
        assertRefused(good.replace("[\"rgb\"]", "[null]"), "modalities");
        assertRefused(good.replace("[\"rgb\"]", "3"), "modalities");
        assertRefused(good.replace("\"modalities\": [", "\"typo\": 1, \"modalities\": ["), "typo");
        assertRefused(good.replace("\"modalities\": [\"rgb\"],", ""), "modalities");
        assertRefused(good.replace("\"channels\":3", "\"channels\":2"), "image.channels");
        assertRefused(good.replace("{\"name\":", "{\"typo\":1,\"name\":"), "schema.typo");
        assertRefused(good.replace(artifact.sha256().hex(), "abc"), "artifacts.fp32.sha256");
        assertRefused(good.replace('"' + artifact.sha256().hex() + '"', "null"), "artifacts.fp32");
        assertRefused(good.replace("\"fp32\"", "\"fp 32\""), "artifacts");
        assertRefused(
                good.replaceFirst("\\{\"fp32\": \\{[^}]*}}", "{\"fp32\": null}"), "artifacts.fp32");
        assertRefused(good.replaceFirst("\\{\"fp32\": \\{[^}]*}}", "{}"), "artifacts");
        assertRefused(content(artifact, "[1]"), "provenance");
        assertRefused(content(artifact, "{\"a\": [1, 1e999]}"), "provenance.a[1]");
        assertRefused("null", "");
        assertThat(registry.get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void whatIsNotJsonIsABadRequest() {
        for (String body : List.of("", "{", "not json", "{\"schema\": }")) {
            HttpResponse<String> answer = registry.post(path + "/versions", body);
            assertThat(answer.statusCode()).isEqualTo(400);
            JsonNode problem = RunningRegistry.parse(answer);
            assertThat(problem.get("type").asString())
                    .isEqualTo("urn:retort:problem:invalid-request");
            assertThat(answer.body()).doesNotContain("Exception", "\tat ", "java.");
        }
    }

    @Test
    void contentMayHaveFourMegabytes() {
        Artifact artifact = registry.upload();
        String large = content(artifact, "{\"text\": \"" + "x".repeat(3_000_000) + "\"}");
        assertThat(registry.post(path + "/versions", large).statusCode()).isEqualTo(201);
        String tooLarge =
                content(artifact, "{\"a\": [" + "\"" + "x".repeat(5_000_000) + "\"" + "]}");
        HttpResponse<String> answer = registry.post(path + "/versions", tooLarge);
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("urn:retort:problem:too-large");
    }

    @Test
    void anAliasMovesAndCanMoveBack() {
        publish(3);
        HttpResponse<String> created = move("production", "{\"version\": 2}");
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.headers().firstValue("Location")).contains(path + "/aliases/production");
        JsonNode move = RunningRegistry.parse(created);
        assertThat(move.get("version").asInt()).isEqualTo(2);
        assertThat(move.get("previousVersion").asInt()).isZero();

        assertThat(move("production", "{\"version\": 3, \"expected\": 2}").statusCode())
                .isEqualTo(200);
        assertThat(move("production", "{\"version\": 2}").statusCode()).isEqualTo(200);
        // Nothing changes, so nothing is told.
        assertThat(move("production", "{\"version\": 2, \"expected\": 2}").statusCode())
                .isEqualTo(200);

        JsonNode target = registry.json(path + "/aliases/production");
        assertThat(target.get("alias").asString()).isEqualTo("production");
        JsonNode version = registry.json(path + "/versions/2");
        version.properties()
                .forEach(property ->
                        assertThat(target.get(property.getKey())).isEqualTo(property.getValue()));
        assertThat(registry.json(path + "/aliases").get("items"))
                .hasSize(1)
                .first()
                .satisfies(alias -> assertThat(alias.get("version").asInt()).isEqualTo(2));
        assertThat(events())
                .filteredOn(ReleaseEvent::hasAliasMoved)
                .extracting(ReleaseEvent::getAliasMoved)
                .extracting(moved -> moved.getPreviousVersion() + ">" + moved.getVersion())
                .containsExactly("0>2", "2>3", "3>2");
    }

    @Test
    void anAliasDoesNotMoveFromWhereItIsNot() {
        publish(2);
        assertConflict(move("production", "{\"version\": 1, \"expected\": 1}"), 0);
        move("production", "{\"version\": 1, \"expected\": 0}");
        assertConflict(move("production", "{\"version\": 2, \"expected\": 2}"), 1);
        assertConflict(move("production", "{\"version\": 2, \"expected\": 0}"), 1);
        assertThat(registry.json(path + "/aliases/production").get("version").asInt()).isEqualTo(1);
    }

    @Test
    void ofManyMovesFromOneVersionOneWins() throws Exception {
        publish(9);
        move("production", "{\"version\": 1}");
        List<Callable<Integer>> moves = new ArrayList<>();
        for (int to = 2; to <= 9; to++) {
            String move = "{\"version\": %d, \"expected\": 1}".formatted(to);
            moves.add(() -> move("production", move).statusCode());
        }
        assertThat(atOnce(moves)).containsOnly(200, 409).containsOnlyOnce(200);
    }

    @Test
    void anAliasPointsAtAVersionThatExists() {
        publish(1);
        for (String version : List.of("0", "-1", "2", "null", "\"x\"")) {
            HttpResponse<String> answer = move("production", "{\"version\": " + version + "}");
            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(RunningRegistry.parse(answer).get("field").asString()).isEqualTo("version");
        }
        assertThat(move("production", "{}").statusCode()).isEqualTo(422);
        assertThat(registry.get(path + "/aliases/production").statusCode()).isEqualTo(404);
        assertThat(registry.put("/api/v1/models/none/aliases/a", "{\"version\": 1}").statusCode())
                .isEqualTo(404);
    }

    @Test
    void aGatewayThatAsksAgainIsToldThatNothingChanged() {
        publish(2);
        move("production", "{\"version\": 1}");
        HttpResponse<String> first = registry.get(path + "/aliases/production");
        String etag = first.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again =
                registry.get(path + "/aliases/production", "If-None-Match", etag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers().firstValue("ETag")).contains(etag);

        move("production", "{\"version\": 2}");
        HttpResponse<String> moved =
                registry.get(path + "/aliases/production", "If-None-Match", etag);
        assertThat(moved.statusCode()).isEqualTo(200);
        assertThat(RunningRegistry.parse(moved).get("version").asInt()).isEqualTo(2);
    }

    @Test
    void aModelHasAHundredAliasesAtMost() {
        publish(1);
        for (int i = 0; i < Models.ALIASES; i++) {
            assertThat(move("a" + i, "{\"version\": 1}").statusCode()).isEqualTo(201);
        }
        assertThat(move("b", "{\"version\": 1}").statusCode()).isEqualTo(409);
        assertThat(registry.json(path + "/aliases").get("items")).hasSize(Models.ALIASES);
    }

    @Test
    void listsComeInPages() {
        publish(5);
        JsonNode page = registry.json(path + "/versions?limit=2");
        assertThat(page.get("items"))
                .extracting(version -> version.get("version").asInt())
                .containsExactly(5, 4);
        assertThat(page.get("items").get(0).get("artifacts").get("fp32").get("sha256").asString())
                .matches("[0-9a-f]{64}");
        page = registry.json(path + "/versions?limit=3&before=" + page.get("next").asString());
        assertThat(page.get("items"))
                .extracting(version -> version.get("version").asInt())
                .containsExactly(3, 2, 1);
        assertThat(page.has("next")).isFalse();

        List<String> names = new ArrayList<>();
        String after = "";
        do {
            page = registry.json("/api/v1/models?limit=1&after=" + after);
            page.get("items").forEach(item -> names.add(item.get("model").asString()));
            after = page.has("next") ? page.get("next").asString() : "";
        } while (!after.isEmpty());
        assertThat(names).contains(model).doesNotHaveDuplicates();

        for (String limit : List.of("0", "501", "x")) {
            assertThat(registry.get("/api/v1/models?limit=" + limit).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void whatIsNotThereIsNotFound() {
        publish(1);
        for (String unknown :
                List.of(
                        path + "/versions/2",
                        path + "/aliases/none",
                        "/api/v1/models/none",
                        "/api/v1/models/none/versions",
                        "/api/v1/models/none/aliases",
                        "/api/v1/models/none/aliases/production",
                        "/api/v1/nothing")) {
            HttpResponse<String> answer = registry.get(unknown);
            assertThat(answer.statusCode()).as(unknown).isEqualTo(404);
            assertThat(RunningRegistry.parse(answer).get("type").asString())
                    .isEqualTo("urn:retort:problem:not-found");
        }
        assertThat(registry.get(path + "/versions/x").statusCode()).isEqualTo(400);
        assertThat(registry.get("/api/v1/models/a%20b").statusCode()).isEqualTo(400);
        assertThat(registry.get("/api/v1/models/" + "a".repeat(65)).statusCode()).isEqualTo(400);
    }

    private void publish(int versions) {
        Artifact artifact = registry.upload();
        for (int i = 1; i <= versions; i++) {
            HttpResponse<String> answer =
                    registry.post(path + "/versions", content(artifact, "{\"run\": " + i + "}"));
            assertThat(answer.statusCode()).isEqualTo(201);
        }
    }

    private HttpResponse<String> move(String alias, String move) {
        return registry.put(path + "/aliases/" + alias, move);
    }

    private void assertRefused(String content, String field) {
        HttpResponse<String> answer = registry.post(path + "/versions", content);
        assertThat(answer.statusCode()).as(answer.body()).isIn(field.isEmpty() ? 400 : 422);
        if (!field.isEmpty()) {
            JsonNode problem = RunningRegistry.parse(answer);
            assertThat(problem.get("type").asString())
                    .isEqualTo("urn:retort:problem:invalid-record");
            assertThat(problem.get("field").asString()).as(answer.body()).isEqualTo(field);
        }
    }

    private static void assertConflict(HttpResponse<String> answer, int current) {
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.headers().firstValue("Content-Type"))
                .contains("application/problem+json");
        JsonNode problem = RunningRegistry.parse(answer);
        assertThat(problem.get("type").asString()).isEqualTo("urn:retort:problem:conflict");
        assertThat(problem.get("current").asInt()).isEqualTo(current);
    }

    /// Of this model, in order. They wait, since this registry's broker is away.
    private List<ReleaseEvent> events() {
        return registry
                .bean(JdbcClient.class)
                .sql("SELECT event FROM outbox ORDER BY position")
                .query((row, number) -> Records.releaseEvent(row.getBytes("event")))
                .list()
                .stream()
                .filter(event -> event.getModel().equals(model))
                .toList();
    }

    private static String content(Artifact artifact, String provenance) {
        return """
        {"schema": %s, "modalities": ["rgb"],
         "artifacts": {"fp32": {"sha256": "%s", "bytes": %d}},
         "provenance": %s, "evaluation": {"accuracy": 0.5}}
        """
                .formatted(
                        Schema.article().toJson(),
                        artifact.sha256(),
                        artifact.bytes().length,
                        provenance);
    }

    private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
        List<T> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<T> done : threads.invokeAll(calls)) {
                results.add(done.get());
            }
        }
        return results;
    }
}
