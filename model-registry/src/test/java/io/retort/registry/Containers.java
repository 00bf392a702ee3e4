package io.retort.registry;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.springframework.boot.SpringApplication;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/// The servers that operators run, from the images that they pull. An image is replaced by the
/// system property `retort.test.postgres-image` or `retort.test.s3proxy-image`, or by the variables
/// `RETORT_TEST_POSTGRES_IMAGE` and `RETORT_TEST_S3PROXY_IMAGE`.
public final class Containers {

    private static final int S3_PORT = 80;

    private Containers() {}

    /// What a class of tests that says [OnContainers] is constructed with: nothing where there is
    /// no Docker engine. Each of its tests is skipped then, by [#require].
    public static Stream<Arguments> arguments(Supplier<Object> argument) {
        return Stream.of(Arguments.of(reachable() ? argument.get() : null));
    }

    /// Skips the test that is being constructed where there is no Docker engine.
    public static void require() {
        assumeTrue(
                reachable(),
                "skipped: no Docker engine is reachable, so nothing runs in containers");
    }

    private static boolean reachable() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    /// Started once, and stopped when the tests are over.
    static PostgreSQLContainer postgres() {
        return Postgres.CONTAINER;
    }

    /// Started once, and stopped when the tests are over.
    static S3Server s3() {
        return S3.SERVER;
    }

    private static DockerImageName image(String name, String usual) {
        String variable = "RETORT_TEST_" + name.toUpperCase(Locale.ROOT) + "_IMAGE";
        String image =
                System.getProperty(
                        "retort.test." + name + "-image",
                        System.getenv().getOrDefault(variable, usual));
        return DockerImageName.parse(image);
    }

    private static <T extends GenericContainer<?>> T started(T container) {
        container.start();
        SpringApplication.getShutdownHandlers().add(container::stop);
        return container;
    }

    private static final class Postgres {

        static final PostgreSQLContainer CONTAINER =
                started(
                        new PostgreSQLContainer(
                                image("postgres", "postgres:17")
                                        .asCompatibleSubstituteFor("postgres")));
    }

    private static final class S3 {

        static final S3Server SERVER = start();

        @SuppressWarnings("resource")
        private static S3Server start() {
            String accessKey = "registry-tests";
            String secretKey = "a-secret-of-the-tests";
            GenericContainer<?> container =
                    started(
                            new GenericContainer<>(image("s3proxy", "andrewgaul/s3proxy:4.1.0"))
                                    .withEnv("S3PROXY_AUTHORIZATION", "aws-v2-or-v4")
                                    .withEnv("S3PROXY_IDENTITY", accessKey)
                                    .withEnv("S3PROXY_CREDENTIAL", secretKey)
                                    .withEnv("JCLOUDS_PROVIDER", "filesystem-nio2")
                                    .withExposedPorts(S3_PORT)
                                    .waitingFor(Wait.forHttp("/").forStatusCode(403)));
            URI endpoint =
                    URI.create(
                            "http://"
                                    + container.getHost()
                                    + ":"
                                    + container.getMappedPort(S3_PORT));
            return new S3Server(endpoint, accessKey, secretKey);
        }
    }
}
