package io.retort.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Over real HTTP, to an application of three endpoints.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuardedApplicationTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String reader = Tokens.fresh();
    private final String operator = Tokens.fresh();
    private final String admin = Tokens.fresh();
    private ConfigurableApplicationContext application;

    @RestController
    static class Items {

        @GetMapping("/items/{id}")
        String item(@PathVariable String id) {
            return id;
        }

        @PostMapping("/items/{id}/emptied")
        String emptied(@PathVariable String id) {
            return "emptied " + id;
        }

        @GetMapping("/live")
        String live() {
            return "live";
        }
    }

    @RestController
    static class Forgotten {

        @GetMapping("/forgotten/{id}")
        String forgotten(@PathVariable String id) {
            return id;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Items.class)
    static class Application {

        @Bean
        AccessTable accessTable() {
            return AccessTable.of(
                    Row.get("/items/{id}", Role.READER),
                    Row.post("/items/{id}/emptied", Role.OPERATOR, Role.PUBLISHER),
                    Row.open("GET", "/live"));
        }
    }

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Path tokens =
                Files.writeString(
                        folder.resolve("tokens"),
                        String.join(
                                "\n",
                                Tokens.line("office", Role.parse("reader"), reader),
                                Tokens.line("chief", Role.parse("operator"), operator),
                                Tokens.line("root", Role.parse("admin"), admin)));
        application = run(Application.class, "--retort.access.tokens=" + tokens);
    }

    @AfterAll
    void stop() {
        application.close();
    }

    @Test
    void withoutACredentialNothingIsAnsweredThatIsNotOpen() throws Exception {
        for (String path : List.of("/items/1", "/items", "/error", "/actuator/health", "/x", "/")) {
            HttpResponse<String> answer = get(path, null);
            assertProblem(answer, 401, "unauthorized", "this needs a credential");
            assertThat(answer.headers().firstValue("WWW-Authenticate"))
                    .contains("Bearer realm=\"retort\"");
        }
        assertThat(get("/live", null).body()).isEqualTo("live");
    }

    @Test
    void aCredentialOfNobodyIsToldApartAndNotRepeated() throws Exception {
        for (String wrong :
                List.of("Bearer " + Tokens.fresh(), "Bearer ", "Basic cm9vdDpyb290", reader)) {
            HttpResponse<String> answer = get("/items/1", wrong);
            assertProblem(answer, 401, "unauthorized", "the credential is not known here");
            assertThat(answer.headers().firstValue("WWW-Authenticate").orElseThrow())
                    .contains("invalid_token");
            assertThat(answer.body()).doesNotContain(wrong);
        }
    }

    @Test
    void aRoleOpensItsRowsAlone() throws Exception {
        assertThat(get("/items/1", "Bearer " + reader).body()).isEqualTo("1");
        assertThat(get("/items/1", "bearer " + reader).statusCode()).isEqualTo(200);
        assertProblem(
                get("/items/1", "Bearer " + operator),
                403,
                "forbidden",
                "chief has the role operator; this needs reader");
        assertThat(post("/items/1/emptied", "Bearer " + operator).body()).isEqualTo("emptied 1");
        assertProblem(
                post("/items/1/emptied", "Bearer " + reader),
                403,
                "forbidden",
                "office has the role reader; this needs publisher or operator");
    }

    @Test
    void anAdminMayDoWhatIsNamedAndNothingElse() throws Exception {
        assertThat(get("/items/1", "Bearer " + admin).statusCode()).isEqualTo(200);
        assertThat(post("/items/1/emptied", "Bearer " + admin).statusCode()).isEqualTo(200);
        for (String path : List.of("/error", "/items", "/actuator/health", "/actuator")) {
            assertProblem(
                    get(path, "Bearer " + admin), 404, "not-found", "there is no GET " + path);
        }
        assertProblem(post("/items/1", "Bearer " + admin), 404, "not-found", "there is no POST");
    }

    @Test
    void aPathThatIsReadInTwoWaysIsRefused() throws Exception {
        for (String path :
                List.of(
                        "/live/../items/1",
                        "/items/../items/1/emptied",
                        "/live;x=/../items/1",
                        "//items/1",
                        "/items//1",
                        "/live/%2e%2e/items/1",
                        "/items/%2Flive")) {
            assertThat(raw(path)).as(path).startsWith("HTTP/1.1 40").doesNotContain("HTTP/1.1 200");
        }
        assertThat(raw("/live")).startsWith("HTTP/1.1 200");
        assertThat(get("/items/%31", "Bearer " + reader).body()).isEqualTo("1");
        assertThat(get("/items/a%20b", "Bearer " + reader).body()).isEqualTo("a b");
        assertThat(get("/%69tems/1", null).statusCode()).isEqualTo(401);
        assertThat(get("/items/1;v=2", null).statusCode()).isEqualTo(401);
    }

    @Test
    void anEndpointWithoutARowKeepsAnApplicationFromStarting() {
        assertThatThrownBy(() -> run(WithForgotten.class, "--retort.access.mode=open"))
                .hasMessageContaining("the access table has no row for GET /forgotten/{id}");
    }

    @Configuration(proxyBeanMethods = false)
    @Import({Application.class, Forgotten.class})
    static class WithForgotten {}

    @Test
    void withoutAFileATokenIsPrintedOnceAndOpensEverything() throws Exception {
        PrintStream out = System.out;
        var printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try (ConfigurableApplicationContext another = run(Application.class)) {
            List<String> tokens = new ArrayList<>();
            var found =
                    java.util.regex.Pattern.compile("retort_[A-Za-z0-9_-]{43}")
                            .matcher(printed.toString(StandardCharsets.UTF_8));
            while (found.find()) {
                tokens.add(found.group());
            }
            assertThat(tokens).hasSize(1);
            assertThat(send(another, "GET", "/items/1", null).statusCode()).isEqualTo(401);
            assertThat(send(another, "GET", "/items/1", "Bearer " + tokens.getFirst()).statusCode())
                    .isEqualTo(200);
            assertThat(printed.toString(StandardCharsets.UTF_8).split("retort_", -1)).hasSize(2);
        } finally {
            System.setOut(out);
        }
    }

    @Test
    void aModeThatThereIsNotOrAFileThatIsMissingKeepsItFromStarting() {
        assertThatThrownBy(() -> run(Application.class, "--retort.access.mode=none"))
                .rootCause()
                .hasMessageContaining("Mode.none");
        assertThatThrownBy(() -> run(Application.class, "--retort.access.tokens=/nowhere/tokens"))
                .rootCause()
                .hasMessageContaining("/nowhere/tokens");
    }

    @Test
    void openModeAsksNobody() throws Exception {
        try (ConfigurableApplicationContext open =
                run(Application.class, "--retort.access.mode=open")) {
            assertThat(send(open, "GET", "/items/1", null).statusCode()).isEqualTo(200);
            assertThat(open.getBeanProvider(Tokens.class).getIfAvailable()).isNull();
        }
    }

    private static ConfigurableApplicationContext run(Class<?> application, String... more) {
        List<String> arguments = new ArrayList<>(List.of("--server.port=0"));
        arguments.addAll(List.of(more));
        return new SpringApplicationBuilder(application).run(arguments.toArray(String[]::new));
    }

    private static void assertProblem(
            HttpResponse<String> answer, int status, String type, String detail) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type"))
                .contains("application/problem+json");
        JsonNode problem = JSON.readTree(answer.body());
        assertThat(problem.path("type").asString()).isEqualTo("urn:retort:problem:" + type);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("detail").asString()).startsWith(detail);
    }

    private HttpResponse<String> get(String path, @Nullable String authorization) throws Exception {
        return send(application, "GET", path, authorization);
    }

    private HttpResponse<String> post(String path, @Nullable String authorization)
            throws Exception {
        return send(application, "POST", path, authorization);
    }

    private HttpResponse<String> send(
            ConfigurableApplicationContext to,
            String method,
            String path,
            @Nullable String authorization)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + port(to) + path))
                        .method(method, BodyPublishers.noBody());
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /// As it is, which clients would not send.
    private String raw(String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(application))) {
            socket.getOutputStream()
                    .write(
                            ("GET "
                                            + path
                                            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            InputStream answer = socket.getInputStream();
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int port(ConfigurableApplicationContext application) {
        return Objects.requireNonNull(
                application.getEnvironment().getProperty("local.server.port", Integer.class));
    }
}
