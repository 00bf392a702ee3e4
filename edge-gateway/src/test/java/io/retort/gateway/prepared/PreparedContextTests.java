package io.retort.gateway.prepared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.retort.gateway.fixtures.Captures;
import io.retort.gateway.fixtures.Gateways;
import io.retort.gateway.fixtures.Onnx;
import io.retort.gateway.fixtures.RegistryServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aot.AotDetector;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.SpringProperties;

class PreparedContextTests {

    private static final String PREPARED = "Starting AOT-processed EdgeGateway";
    private static final String ORDINARY = "Starting EdgeGateway";

    /// What an ordinary start finds beans with, which the build has done; and `jsonPath`, of a
    /// library that tests alone have.
    private static final Set<String> DONE =
            Set.of(
                    "bindings",
                    "gatewayProxyBeanDefinitionPostProcessor",
                    "integrationConfigurationBeanFactoryPostProcessor",
                    "jsonPath",
                    "DefaultConfiguringBeanFactoryPostProcessor",
                    "org.springframework.boot.autoconfigure.internalCachingMetadataReaderFactory",
                    "org.springframework.integration.config.IntegrationComponentScanRegistrar");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Onnx camera = Onnx.of(Onnx.CAMERA).scale(0.1f);

    @Test
    void itHasTheBeansOfAnOrdinaryStart(@TempDir Path data) {
        NavigableSet<String> ordinary;
        NavigableSet<String> prepared;
        try (RegistryServer registry = new RegistryServer()) {
            try (ConfigurableApplicationContext gateway =
                    Gateways.withoutBroker(registry.url(), data.resolve("ordinary"))) {
                ordinary = names(gateway);
            }
            SpringProperties.setFlag(AotDetector.AOT_ENABLED);
            try (ConfigurableApplicationContext gateway =
                    Gateways.withoutBroker(registry.url(), data.resolve("prepared"))) {
                prepared = names(gateway);
            } finally {
                SpringProperties.setProperty(AotDetector.AOT_ENABLED, null);
            }
        }
        assertThat(prepared).hasSizeGreaterThan(200);
        NavigableSet<String> missing = new TreeSet<>(ordinary);
        missing.removeAll(prepared);
        missing.removeIf(
                name -> name.startsWith("org.springframework.context.annotation.internal"));
        assertThat(missing).isEqualTo(DONE);
        NavigableSet<String> further = new TreeSet<>(prepared);
        further.removeAll(ordinary);
        further.removeIf(
                name -> name.startsWith("org.springframework.context.annotation.internal"));
        assertThat(further).isEmpty();
    }

    @Test
    void aGatewayStartsByItAndAnswers(@TempDir Path data) throws Exception {
        assertThat(startedAndAnswering(data, Gateways.classPath()))
                .contains(PREPARED)
                .doesNotContain(ORDINARY, "Once more");
    }

    @Test
    void anotherSettingIsNamedAndTakesTheOrdinaryWay(@TempDir Path data) throws Exception {
        assertThat(
                        startedAndAnswering(
                                data, Gateways.classPath(), "--springdoc.api-docs.enabled=false"))
                .contains(
                        "Which beans there are is found out at this start:"
                                + " springdoc.api-docs.enabled is not as in the build",
                        ORDINARY)
                .doesNotContain(PREPARED);
    }

    /// Such as where a library is another one than in the build.
    @Test
    void whereItFailsTheOrdinaryWayIsTaken(@TempDir Path data) throws Exception {
        Path broken = Files.createDirectories(data.resolve("broken"));
        Path source = broken.resolve("EdgeGateway__ApplicationContextInitializer.java");
        Files.writeString(
                source,
                """
                package io.retort.gateway;

                import org.springframework.context.ApplicationContextInitializer;
                import org.springframework.context.support.GenericApplicationContext;

                public class EdgeGateway__ApplicationContextInitializer
                        implements ApplicationContextInitializer<GenericApplicationContext> {
                    @Override
                    public void initialize(GenericApplicationContext context) {
                        throw new NoSuchMethodError("another library");
                    }
                }
                """);
        assertThat(
                        ToolProvider.getSystemJavaCompiler()
                                .run(
                                        null,
                                        null,
                                        null,
                                        "-cp",
                                        Gateways.classPath(),
                                        "-d",
                                        broken.toString(),
                                        source.toString()))
                .isZero();
        assertThat(startedAndAnswering(data, broken + ":" + Gateways.classPath()))
                .contains("another library", "Once more, the ordinary way", ORDINARY);
    }

    private String startedAndAnswering(Path data, String classPath, String... settings)
            throws Exception {
        try (RegistryServer registry = new RegistryServer()) {
            registry.release(3, camera.bytes());
            int port = Gateways.freePort();
            List<String> arguments = new ArrayList<>(List.of(settings));
            arguments.add("--server.port=" + port);
            Process process =
                    Gateways.process(
                            registry.url(),
                            data,
                            "localhost:1",
                            classPath,
                            arguments.toArray(new String[0]));
            try {
                await().atMost(Duration.ofSeconds(60)).until(() -> answers(port));
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
        return Files.readString(Gateways.log(data));
    }

    private boolean answers(int port) throws InterruptedException {
        try {
            return http.send(
                                    HttpRequest.newBuilder(
                                                    URI.create(
                                                            "http://localhost:%d/api/v1/assessments"
                                                                    .formatted(port)))
                                            .header("Content-Type", "image/png")
                                            .POST(
                                                    BodyPublishers.ofByteArray(
                                                            Captures.picture(
                                                                    "png", 8, 8, 0x3070b0)))
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static NavigableSet<String> names(ConfigurableApplicationContext gateway) {
        return new TreeSet<>(List.of(gateway.getBeanDefinitionNames()));
    }
}
