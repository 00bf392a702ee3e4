package io.retort.fleet.running;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.retort.access.Role;
import io.retort.access.Row;
import io.retort.contract.Digests;
import io.retort.contract.Topics;
import io.retort.contract.schema.Schema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the OWASP API Security Top 10 of 2023 warns of, tried at every service as it runs.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwaspTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int JUST_TOO_LARGE = 25 * 1024 * 1024;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private EverybodysFleet everybody;
    private RunningFleet fleet;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        everybody = EverybodysFleet.start(folder);
        fleet = everybody.fleet();
    }

    @AfterAll
    void stop() {
        everybody.close();
    }

    /// Whoever may not see objects of a kind learns nothing by guessing their ids, not even which
    /// there are.
    @ParameterizedTest
    @EnumSource(Service.class)
    void api1BrokenObjectLevelAuthorization(Service service) throws Exception {
        String stranger = token(strangerOf(service));
        for (String id : List.of("1", "2", "active", "0".repeat(64), "..", "%2e%2e", "1'--")) {
            HttpResponse<String> answer = get(service, objects(service) + id, stranger);
            assertThat(answer.statusCode()).as(id + ": " + answer.body()).isIn(400, 403, 404);
            assertThat(answer.headers().firstValue("ETag")).isEmpty();
        }
        assertThat(get(service, objects(service) + "1", stranger).statusCode()).isEqualTo(403);
        assertThat(get(service, objects(service) + "999", stranger).statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void api2BrokenAuthentication(Service service) throws Exception {
        String good = token(Role.ADMIN);
        String path = list(service);
        assertThat(get(service, path, good).statusCode()).isEqualTo(200);
        String hash = Digests.sha256Hex(good.getBytes(StandardCharsets.UTF_8));
        for (String wrong :
                List.of(
                        "Bearer",
                        "Bearer null",
                        "Bearer " + hash,
                        "Bearer sha256:" + hash,
                        "Bearer " + good.toUpperCase(Locale.ROOT),
                        "Bearer " + good.substring(0, good.length() - 1),
                        "Bearer " + good + "x",
                        "Bearer " + good + "," + good,
                        "Basic " + good,
                        good)) {
            assertThat(send(request(service, path).header("Authorization", wrong)).statusCode())
                    .as(wrong)
                    .isEqualTo(401);
        }
        assertThat(
                        get(service, path + "?access_token=" + good + "&token=" + good, null)
                                .statusCode())
                .as("in the query, where logs would keep it")
                .isEqualTo(401);
        assertThat(
                        send(request(service, path)
                                        .header("Cookie", "token=" + good)
                                        .header("X-Api-Key", good))
                                .statusCode())
                .isEqualTo(401);
    }

    /// A field that a request has no business with is refused, not passed over.
    @ParameterizedTest
    @EnumSource(Service.class)
    void api3BrokenObjectPropertyLevelAuthorization(Service service) throws Exception {
        HttpResponse<String> answer =
                json(
                        service,
                        write(service),
                        "{\"id\": 7, \"state\": \"succeeded\", \"owner\": \"me\", \"roles\": [\"admin\"]}");
        assertThat(answer.statusCode()).as(answer.body()).isIn(400, 422);
        assertThat(answer.body()).contains("urn:retort:problem:");
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void api4UnrestrictedResourceConsumption(Service service) throws Exception {
        String filler = "x".repeat(JUST_TOO_LARGE);
        HttpResponse<String> json =
                switch (service) {
                    case EDGE_GATEWAY ->
                            send(
                                    request(service, "/api/v1/assessments")
                                            .header("Authorization", bearer(Role.STATION))
                                            .header("Content-Type", "image/jpeg")
                                            .POST(BodyPublishers.ofString(filler)));
                    case MODEL_REGISTRY, TEACHER_SERVICE, DISTILLATION_SERVICE ->
                            json(service, write(service), "{\"schema\": \"" + filler + "\"}");
                };
        assertThat(json.statusCode()).as(json.body()).isIn(400, 413, 422);
        assertThat(json.body().length()).isLessThan(4096);
        assertThat(
                        send(request(service, list(service))
                                        .header("Authorization", bearer(Role.ADMIN))
                                        .header("X-Long", "y".repeat(60_000)))
                                .statusCode())
                .as("a header of 60 KB")
                .isIn(400, 431);
        String deep = "[".repeat(5000) + "]".repeat(5000);
        assertThat(json(service, write(service), "{\"schema\": " + deep + "}").statusCode())
                .isIn(400, 422);
        assertThat(get(service, list(service), token(Role.ADMIN)).statusCode()).isEqualTo(200);
    }

    /// A role for reading opens no function that changes anything, by whatever method.
    @ParameterizedTest
    @EnumSource(Service.class)
    void api5BrokenFunctionLevelAuthorization(Service service) throws Exception {
        for (Row row : rows(service)) {
            if (row.method().equals("GET")) {
                continue;
            }
            String path = row.pattern().replaceAll("\\{[^}]*}", "1");
            assertThat(
                            send(request(service, path)
                                            .header("Authorization", bearer(Role.READER))
                                            .method(row.method(), BodyPublishers.noBody()))
                                    .statusCode())
                    .as(row.toString())
                    .isEqualTo(403);
        }
        for (String method : List.of("PATCH", "DELETE", "PUT", "OPTIONS", "PROPFIND")) {
            HttpResponse<String> answer =
                    send(
                            request(service, list(service))
                                    .header("Authorization", bearer(Role.READER))
                                    .header("X-HTTP-Method-Override", "GET")
                                    .method(method, BodyPublishers.noBody()));
            assertThat(answer.statusCode()).as(method).isIn(403, 404);
        }
    }

    /// What decides in a plant is nobody's whose business is only to feed it.
    @ParameterizedTest
    @EnumSource(Service.class)
    void api6UnrestrictedAccessToSensitiveBusinessFlows(Service service) throws Exception {
        record Flow(String method, String path, Role role) {}
        List<Flow> flows =
                switch (service) {
                    case MODEL_REGISTRY ->
                            List.of(
                                    new Flow(
                                            "PUT",
                                            "/api/v1/models/m/aliases/production",
                                            Role.PUBLISHER),
                                    new Flow("POST", "/api/v1/models/m/versions", Role.OPERATOR),
                                    new Flow(
                                            "PUT",
                                            "/api/v1/models/m/aliases/production",
                                            Role.GATEWAY));
                    case TEACHER_SERVICE ->
                            List.of(
                                    new Flow("DELETE", "/api/v1/teachers/1", Role.PUBLISHER),
                                    new Flow("POST", "/api/v1/teachers", Role.STATION));
                    case DISTILLATION_SERVICE ->
                            List.of(
                                    new Flow("POST", "/api/v1/jobs/1/publication", Role.READER),
                                    new Flow("POST", "/api/v1/jobs", Role.OPERATOR));
                    case EDGE_GATEWAY ->
                            List.of(
                                    new Flow("PUT", "/api/v1/routing", Role.STATION),
                                    new Flow(
                                            "POST", "/api/v1/routing/bins/a/emptied", Role.STATION),
                                    new Flow("PUT", "/api/v1/power", Role.STATION),
                                    new Flow("POST", "/api/v1/model/refresh", Role.STATION));
                };
        for (Flow flow : flows) {
            assertThat(
                            send(request(service, flow.path())
                                            .header("Authorization", bearer(flow.role()))
                                            .header("Content-Type", "application/json")
                                            .method(flow.method(), BodyPublishers.ofString("{}")))
                                    .statusCode())
                    .as(flow.toString())
                    .isEqualTo(403);
        }
    }

    /// No request makes a service call an address of the caller's.
    @ParameterizedTest
    @EnumSource(Service.class)
    void api7ServerSideRequestForgery(Service service) throws Exception {
        AtomicInteger called = new AtomicInteger();
        HttpServer trap =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        trap.createContext(
                "/",
                exchange -> {
                    called.incrementAndGet();
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        trap.start();
        try {
            String url = "http://localhost:" + trap.getAddress().getPort() + "/";
            String authority = "localhost:" + trap.getAddress().getPort();
            HttpResponse<String> answer =
                    json(
                            service,
                            write(service),
                            "{\"registry\": \"%s\", \"url\": \"%s\", \"callback\": \"%s\"}"
                                    .formatted(url, url, url));
            assertThat(answer.statusCode()).isIn(400, 422);
            HttpResponse<String> listed =
                    send(
                            request(service, list(service) + "?url=" + url + "&registry=" + url)
                                    .header("Authorization", bearer(Role.ADMIN))
                                    .header("X-Forwarded-Host", authority)
                                    .header("Forwarded", "host=" + authority)
                                    .header("Referer", url));
            assertThat(listed.body()).doesNotContain(authority);
            listed.headers()
                    .map()
                    .forEach((name, values) ->
                            assertThat(values)
                                    .as(name)
                                    .noneMatch(value -> value.contains(authority)));
            assertThat(called).hasValue(0);
        } finally {
            trap.stop(0);
        }
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void api8SecurityMisconfiguration(Service service) throws Exception {
        String admin = token(Role.ADMIN);
        List<HttpResponse<String>> answers =
                List.of(
                        get(service, list(service), admin),
                        get(service, list(service), null),
                        get(service, "/nowhere", admin),
                        json(service, write(service), "{\"a\": "),
                        management(service, "/actuator/health"));
        for (HttpResponse<String> answer : answers) {
            assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(header(answer, "X-Frame-Options")).isEqualTo("DENY");
            assertThat(header(answer, "Content-Security-Policy"))
                    .contains("default-src 'none'", "frame-ancestors 'none'")
                    .doesNotContain("script-src");
            assertThat(header(answer, "Server")).isEmpty();
            assertThat(header(answer, "X-Powered-By")).isEmpty();
            assertThat(answer.body()).doesNotContain("\tat ", "java.", "org.springframework");
        }
        assertThat(
                        send(request(service, list(service))
                                        .header("Authorization", bearer(Role.ADMIN))
                                        .header("Origin", "https://evil.example"))
                                .headers()
                                .firstValue("Access-Control-Allow-Origin"))
                .isEmpty();
        assertThat(raw(service, "TRACE / HTTP/1.1")).doesNotContain(" 200 ");
        assertThat(raw(service, "GET /%00 HTTP/1.1")).doesNotContain("Tomcat", "\tat ");
        for (String path : List.of("/actuator", "/actuator/health", "/actuator/env", "/error")) {
            assertThat(get(service, path, admin).statusCode()).as(path).isEqualTo(404);
        }
        JsonNode health = JSON.readTree(management(service, "/actuator/health").body());
        assertThat(health.has("components")).isFalse();
        for (String hidden :
                List.of("env", "beans", "heapdump", "loggers", "shutdown", "configprops")) {
            assertThat(management(service, "/actuator/" + hidden).statusCode())
                    .as(hidden)
                    .isEqualTo(404);
        }
    }

    /// What is documented is what there is: every path has a row, and nothing is left from before.
    @ParameterizedTest
    @EnumSource(Service.class)
    void api9ImproperInventoryManagement(Service service) throws Exception {
        assertThat(get(service, "/v3/api-docs", null).statusCode()).isEqualTo(401);
        assertThat(get(service, "/v3/api-docs", token(Role.GATEWAY)).statusCode()).isEqualTo(403);
        JsonNode paths =
                JSON.readTree(get(service, "/v3/api-docs", token(Role.READER)).body())
                        .path("paths");
        Set<String> named = rows(service).stream().map(Row::pattern).collect(Collectors.toSet());
        assertThat(paths.propertyNames()).isNotEmpty().allMatch(named::contains);
        for (String gone :
                List.of(
                        "/api",
                        "/api/v0/models",
                        "/api/v2/models",
                        "/swagger-ui.html",
                        "/swagger-ui/index.html",
                        "/h2-console",
                        "/jolokia",
                        "/index.html",
                        "/")) {
            assertThat(get(service, gone, null).statusCode()).as(gone).isEqualTo(401);
            assertThat(get(service, gone, token(Role.ADMIN)).statusCode()).as(gone).isEqualTo(404);
        }
    }

    /// What comes from the broker, the registry or a publisher is checked before it is used.
    @ParameterizedTest
    @EnumSource(Service.class)
    void api10UnsafeConsumptionOfApis(Service service) throws Exception {
        switch (service) {
            case TEACHER_SERVICE, DISTILLATION_SERVICE -> {
                int before = captures(service);
                try (KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(
                                Map.of("bootstrap.servers", fleet.doors().brokers()),
                                new ByteArraySerializer(),
                                new ByteArraySerializer())) {
                    for (byte[] poison :
                            List.of(new byte[] {1, 2, 3}, new byte[0], new byte[9999])) {
                        producer.send(new ProducerRecord<>(Topics.CAPTURES, poison)).get();
                    }
                }
                Awaitility.await()
                        .during(Duration.ofSeconds(2))
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> captures(service) == before);
                assertThat(management(service, "/actuator/health/readiness").statusCode())
                        .isEqualTo(200);
            }
            case MODEL_REGISTRY ->
                    assertThat(
                                    upload(
                                                    "0".repeat(64),
                                                    "not what was promised"
                                                            .getBytes(StandardCharsets.UTF_8))
                                            .statusCode())
                            .isIn(400, 409, 422);
            case EDGE_GATEWAY -> {
                byte[] bytes = "no model at all".getBytes(StandardCharsets.UTF_8);
                String digest = Digests.sha256Hex(bytes);
                assertThat(upload(digest, bytes).statusCode()).isEqualTo(201);
                Service registry = Service.MODEL_REGISTRY;
                assertThat(
                                json(
                                                registry,
                                                new Write(
                                                        "POST", "/api/v1/models/student/versions"),
                                                """
                                                {"schema": %s, "modalities": ["rgb"], "artifacts":
                                                 {"int8": {"sha256": "%s", "bytes": %d}}}
                                                """
                                                        .formatted(
                                                                Schema.article().toJson(),
                                                                digest,
                                                                bytes.length))
                                        .statusCode())
                        .isEqualTo(201);
                json(
                        registry,
                        new Write("PUT", "/api/v1/models/student/aliases/production"),
                        "{\"version\": 1}");
                json(service, new Write("POST", "/api/v1/model/refresh"), "");
                JsonNode model =
                        JSON.readTree(get(service, "/api/v1/model", token(Role.READER)).body());
                assertThat(model.path("loaded").asBoolean()).isFalse();
                assertThat(model.at("/lastProblem/reason").asString()).isEqualTo("model-unusable");
            }
        }
    }

    private record Write(String method, String path) {}

    /// Takes JSON that means something.
    private static Write write(Service service) {
        return switch (service) {
            case MODEL_REGISTRY -> new Write("POST", "/api/v1/models/owasp/versions");
            case TEACHER_SERVICE -> new Write("POST", "/api/v1/teachers");
            case DISTILLATION_SERVICE -> new Write("POST", "/api/v1/jobs");
            case EDGE_GATEWAY -> new Write("PUT", "/api/v1/routing");
        };
    }

    private static String list(Service service) {
        return switch (service) {
            case MODEL_REGISTRY -> "/api/v1/models";
            case TEACHER_SERVICE -> "/api/v1/teachers";
            case DISTILLATION_SERVICE -> "/api/v1/jobs";
            case EDGE_GATEWAY -> "/api/v1/inspections";
        };
    }

    private static String objects(Service service) {
        return list(service) + "/";
    }

    /// May see none of its objects.
    private static Role strangerOf(Service service) {
        return switch (service) {
            case MODEL_REGISTRY, TEACHER_SERVICE, DISTILLATION_SERVICE -> Role.STATION;
            case EDGE_GATEWAY -> Role.GATEWAY;
        };
    }

    private int captures(Service service) throws Exception {
        return JSON.readTree(get(service, "/api/v1/samples", token(Role.READER)).body())
                .path("captures")
                .asInt();
    }

    private HttpResponse<String> upload(String digest, byte[] bytes) throws Exception {
        Service registry = Service.MODEL_REGISTRY;
        return send(
                request(registry, "/api/v1/artifacts/" + digest)
                        .header("Authorization", bearer(Role.PUBLISHER))
                        .header("Content-Type", "application/octet-stream")
                        .PUT(BodyPublishers.ofByteArray(bytes)));
    }

    private HttpResponse<String> json(Service service, Write write, String body) throws Exception {
        return send(
                request(service, write.path())
                        .header("Authorization", bearer(Role.ADMIN))
                        .header("Content-Type", "application/json")
                        .method(write.method(), BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> get(Service service, String path, @Nullable String token)
            throws Exception {
        HttpRequest.Builder request = request(service, path);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return send(request);
    }

    private HttpResponse<String> management(Service service, String path) throws Exception {
        String port = fleet.context(service).getEnvironment().getProperty("local.management.port");
        return send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)));
    }

    private HttpRequest.Builder request(Service service, String path) {
        return HttpRequest.newBuilder(URI.create(fleet.url(service) + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofString());
    }

    /// As no client would send it.
    private String raw(Service service, String line) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), fleet.url(service).getPort())) {
            socket.getOutputStream()
                    .write(
                            (line + "\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(answer);
            return answer.toString(StandardCharsets.UTF_8);
        }
    }

    private List<Row> rows(Service service) {
        return everybody.rows(service).stream().filter(row -> !row.admitted().isEmpty()).toList();
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private String token(Role role) {
        return everybody.token(role);
    }

    private String bearer(Role role) {
        return "Bearer " + token(role);
    }
}
