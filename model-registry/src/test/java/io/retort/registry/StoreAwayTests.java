package io.retort.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import io.retort.registry.RunningRegistry.Artifact;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

@ExtendWith(OutputCaptureExtension.class)
class StoreAwayTests {

    private static final Artifact KEPT = Artifact.of("kept");
    private static final Artifact NEW = Artifact.of("new");

    @TempDir Path data;
    @TempDir Path objects;

    @Test
    void whileTheStoreIsAwayTheRegistryLivesAndSaysSoAndLosesNothing(CapturedOutput output)
            throws Exception {
        int port = RunningRegistry.freePort();
        S3Server.Proxy proxy = S3Server.Proxy.start(objects, port);
        String[] arguments = proxy.server().arguments(proxy.server().newBucket());
        try (ConfigurableApplicationContext registry = start(arguments)) {
            assertThat(upload(registry, KEPT).statusCode()).isEqualTo(201);
            assertThat(ready(registry)).isEqualTo(200);

            proxy.close();
            assertThat(ready(registry)).isEqualTo(503);
            assertThat(reason(registry)).isEqualTo("does not answer (ConnectException)");
            assertThat(get(registry, "/actuator/health/liveness").statusCode()).isEqualTo(200);
            for (HttpResponse<String> answer :
                    List.of(
                            upload(registry, NEW),
                            get(registry, path(KEPT)),
                            post(registry, "/api/v1/artifacts/scrub"))) {
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).contains("5");
                assertThat(answer.headers().firstValue("ETag")).isEmpty();
                assertThat(RunningRegistry.parse(answer).get("type").asString())
                        .isEqualTo("urn:retort:problem:unavailable");
            }
            // What needs no file is answered.
            assertThat(get(registry, "/api/v1/models").statusCode()).isEqualTo(200);
        }

        // It starts without its store, too.
        try (ConfigurableApplicationContext registry = start(arguments)) {
            assertThat(ready(registry)).isEqualTo(503);
            try (S3Server.Proxy _ = S3Server.Proxy.start(objects, port)) {
                assertThat(ready(registry)).isEqualTo(200);
                assertThat(get(registry, path(KEPT)).body()).isEqualTo("kept");
                assertThat(upload(registry, NEW).statusCode()).isEqualTo(201);
                assertThat(post(registry, "/api/v1/artifacts/scrub").body())
                        .isEqualTo("{\"checked\":2,\"damaged\":[],\"unknown\":0}");
            }
        }
        assertThat(output)
                .contains("Not ready: The artifact store does not answer")
                .contains("The artifact store is back")
                .doesNotContain(proxy.server().secretKey());
    }

    @Test
    void aMissingBucketStopsTheStartAndIsNamed(CapturedOutput output) {
        assertDoesNotStart(S3Server.shared().arguments("not-there"));
        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("bucket 'not-there' at " + S3Server.shared().endpoint())
                .contains("has no such bucket")
                .contains("create-bucket");
    }

    @Test
    void aMissingBucketIsMadeWhereThatIsWanted() throws IOException {
        String[] arguments = S3Server.shared().arguments("made-by-the-registry");
        try (ConfigurableApplicationContext registry =
                start(with(arguments, "--retort.artifacts.s3.create-bucket=true"))) {
            assertThat(upload(registry, NEW).statusCode()).isEqualTo(201);
        }
    }

    @Test
    void wrongKeysStopTheStartAndAreNotTold(CapturedOutput output) {
        String[] arguments = S3Server.shared().arguments("any");
        assertDoesNotStart(with(arguments, "--retort.artifacts.s3.secret-key=a-wrong-secret"));
        assertThat(output).contains("refuses the registry's keys (SignatureDoesNotMatch)");
        assertDoesNotStart(with(arguments, "--retort.artifacts.s3.access-key=somebody-else"));
        assertThat(output)
                .contains("refuses the registry's keys (InvalidAccessKeyId)")
                .contains("retort.artifacts.s3.access-key and .secret-key")
                .doesNotContain("a-wrong-secret", S3Server.shared().secretKey());
    }

    private void assertDoesNotStart(String... arguments) {
        assertThatException().isThrownBy(() -> start(arguments).close());
    }

    private ConfigurableApplicationContext start(String... arguments) throws IOException {
        return RunningRegistry.start(data, "127.0.0.1:" + RunningRegistry.freePort(), arguments);
    }

    private static String[] with(String[] arguments, String another) {
        String name = another.substring(0, another.indexOf('='));
        return Stream.concat(
                        Arrays.stream(arguments).filter(one -> !one.startsWith(name)),
                        Stream.of(another))
                .toArray(String[]::new);
    }

    private static int ready(ConfigurableApplicationContext registry) {
        return get(registry, "/actuator/health/readiness").statusCode();
    }

    private static String reason(ConfigurableApplicationContext registry) {
        var health = registry.getBean("artifactsHealthIndicator", HealthIndicator.class).health();
        return String.valueOf(health == null ? null : health.getDetails().get("reason"))
                .replace("The artifact store ", "")
                .replace("; try again.", "");
    }

    private static HttpResponse<String> upload(
            ConfigurableApplicationContext registry, Artifact artifact) {
        return RunningRegistry.send(
                HttpRequest.newBuilder(RunningRegistry.uri(registry, path(artifact)))
                        .header("Content-Type", "application/octet-stream")
                        .PUT(BodyPublishers.ofByteArray(artifact.bytes()))
                        .build());
    }

    private static HttpResponse<String> get(ConfigurableApplicationContext registry, String path) {
        return RunningRegistry.send(
                HttpRequest.newBuilder(RunningRegistry.uri(registry, path)).build());
    }

    private static HttpResponse<String> post(ConfigurableApplicationContext registry, String path) {
        return RunningRegistry.send(
                HttpRequest.newBuilder(RunningRegistry.uri(registry, path))
                        .POST(BodyPublishers.noBody())
                        .build());
    }

    private static String path(Artifact artifact) {
        return "/api/v1/artifacts/" + artifact.sha256();
    }
}
