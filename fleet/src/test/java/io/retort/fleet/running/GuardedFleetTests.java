package io.retort.fleet.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.access.Role;
import io.retort.access.Row;
import io.retort.access.Tokens;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.json.JsonMapper;

/// Every row of every service's table, asked for by everybody, at services as they run.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuardedFleetTests {

    private static final JsonMapper JSON = new JsonMapper();

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

    @ParameterizedTest
    @EnumSource(Service.class)
    void everyMappingHasARowAndEveryRowAMapping(Service service) {
        Set<String> mapped = new HashSet<>();
        fleet.context(service)
                .getBeanProvider(RequestMappingHandlerMapping.class)
                .forEach(mapping ->
                        mapping.getHandlerMethods().keySet().stream()
                                .filter(info -> !info.getMethodsCondition().isEmpty())
                                .forEach(info ->
                                        info.getMethodsCondition()
                                                .getMethods()
                                                .forEach(method ->
                                                        info.getPatternValues().stream()
                                                                .map(path -> method + " " + path)
                                                                .forEach(mapped::add))));
        // A row for GET is one for HEAD.
        mapped.removeIf(mapping -> mapping.startsWith("HEAD "));
        assertThat(everybody.rows(service).stream().map(row -> row.method() + " " + row.pattern()))
                .hasSizeGreaterThan(8)
                .containsExactlyInAnyOrderElementsOf(mapped);
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void everyRowIsClosedToThoseWhomItDoesNotName(Service service) throws Exception {
        int refused = 0;
        for (Row row : everybody.rows(service)) {
            if (row.admitted().isEmpty()) {
                assertThat(status(service, row, null)).as(row.pattern()).isIn(200, 503);
                continue;
            }
            assertThat(status(service, row, null)).as("nobody: " + row).isEqualTo(401);
            assertThat(status(service, row, Tokens.fresh()))
                    .as("a stranger: " + row)
                    .isEqualTo(401);
            for (Role role : Role.values()) {
                if (role != Role.ADMIN && !row.admitted().contains(role)) {
                    assertThat(status(service, row, token(role)))
                            .as(role + " " + row)
                            .isEqualTo(403);
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(20);
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void everyRowIsOpenToThoseWhomItNames(Service service) throws Exception {
        for (Row row : everybody.rows(service)) {
            for (Role role : row.admitted()) {
                assertThat(status(service, row, token(role)))
                        .as(role + " " + row)
                        .isNotIn(401, 403);
            }
            assertThat(status(service, row, token(Role.ADMIN)))
                    .as("admin " + row)
                    .isNotIn(401, 403);
        }
    }

    /// `docs/api` has a page for each service. With `-Dretort.reference=write` it is written.
    @ParameterizedTest
    @EnumSource(Service.class)
    void theReferenceSaysWhatTheServiceServes(Service service) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(fleet.url(service) + "/v3/api-docs"))
                        .header("Authorization", "Bearer " + token(Role.READER))
                        .build();
        String page =
                ApiReference.of(
                        service,
                        JSON.readTree(http.send(request, BodyHandlers.ofString()).body()),
                        everybody.rows(service));
        Path file = Path.of("..", "docs", "api", service.module() + ".md");
        if ("write".equals(System.getProperty("retort.reference"))) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, page);
        }
        assertThat(file).as("-Dretort.reference=write writes it").content().isEqualTo(page);
    }

    private String token(Role role) {
        return everybody.token(role);
    }

    private int status(Service service, Row row, @Nullable String token) throws Exception {
        String path = row.pattern().replaceAll("\\{[^}]*}", "1");
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(fleet.url(service) + path))
                        .method(row.method(), BodyPublishers.noBody());
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
}
