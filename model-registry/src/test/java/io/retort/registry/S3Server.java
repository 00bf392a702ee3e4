package io.retort.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.springframework.boot.SpringApplication;
import org.springframework.util.FileSystemUtils;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// An S3 server and the keys for it.
public record S3Server(URI endpoint, String accessKey, String secretKey) {

    private static final AtomicInteger BUCKETS = new AtomicInteger();

    /// S3Proxy as a process of its own, which all tests share; it ends with the tests.
    public static S3Server shared() {
        return Shared.PROCESS.server();
    }

    /// S3Proxy in a container, which all tests share.
    public static S3Server contained() {
        return Containers.s3();
    }

    /// S3Proxy on a port, with what the folder holds; it can be ended, and started again.
    public record Proxy(S3Server server, Process process, Path folder) implements AutoCloseable {

        public static Proxy start(Path folder, int port) throws IOException {
            S3Server server =
                    new S3Server(
                            URI.create("http://127.0.0.1:" + port),
                            "registry-tests",
                            "a-secret-of-the-tests");
            Path jar = Path.of("target/s3proxy/s3proxy.jar").toAbsolutePath();
            if (!Files.exists(jar)) {
                throw new IllegalStateException(
                        jar + " is missing: run mvn -pl model-registry process-test-resources");
            }
            Path settings = folder.resolve("s3proxy.properties");
            Path objects = Files.createDirectories(folder.resolve("objects"));
            Files.writeString(
                    settings,
                    """
                    s3proxy.endpoint=%s
                    s3proxy.authorization=aws-v2-or-v4
                    s3proxy.identity=%s
                    s3proxy.credential=%s
                    jclouds.provider=filesystem-nio2
                    jclouds.filesystem.basedir=%s
                    """
                            .formatted(
                                    server.endpoint, server.accessKey, server.secretKey, objects));
            Process process =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-XX:+UseSerialGC",
                                    "-XX:TieredStopAtLevel=1",
                                    "-Xmx128m",
                                    "-jar",
                                    jar.toString(),
                                    "--properties",
                                    settings.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(Redirect.appendTo(folder.resolve("log").toFile()))
                            .start();
            Proxy proxy = new Proxy(server, process, folder);
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(proxy::answers);
            return proxy;
        }

        private boolean answers() throws InterruptedException {
            if (!process.isAlive()) {
                throw new IllegalStateException("S3Proxy ended; see " + folder.resolve("log"));
            }
            try (HttpClient client = HttpClient.newHttpClient()) {
                HttpRequest request = HttpRequest.newBuilder(server.endpoint).build();
                return client.send(request, BodyHandlers.discarding()).statusCode() > 0;
            } catch (IOException e) {
                return false;
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    public S3Client client() {
        return S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(accessKey, secretKey)))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /// A bucket that no other test has.
    public String newBucket() {
        String bucket = "tests-" + BUCKETS.incrementAndGet();
        try (S3Client client = client()) {
            client.createBucket(request -> request.bucket(bucket));
        }
        return bucket;
    }

    /// What a registry is started with to keep its files in a bucket here.
    public String[] arguments(String bucket) {
        return new String[] {
            "--retort.artifacts.store=s3",
            "--retort.artifacts.s3.endpoint=" + endpoint,
            "--retort.artifacts.s3.bucket=" + bucket,
            "--retort.artifacts.s3.access-key=" + accessKey,
            "--retort.artifacts.s3.secret-key=" + secretKey
        };
    }

    private static final class Shared {

        static final Proxy PROCESS = start();

        private static Proxy start() {
            try {
                Path folder = Files.createTempDirectory("s3proxy");
                Proxy proxy = Proxy.start(folder, RunningRegistry.freePort());
                SpringApplication.getShutdownHandlers()
                        .add(() -> {
                            proxy.close();
                            delete(folder);
                        });
                return proxy;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void delete(Path folder) {
            try {
                FileSystemUtils.deleteRecursively(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
