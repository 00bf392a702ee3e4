package io.retort.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.context.ConfigurableApplicationContext;

/// Over real connections, with certificates of two authorities.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsTests {

    private Path folder;
    private Certificates plant;
    private Certificates other;

    @BeforeAll
    void sign(@TempDir Path folder) throws Exception {
        this.folder = folder;
        plant = new Certificates(folder.resolve("plant"));
        plant.sign("server", "CN=gateway");
        plant.sign("belt", "CN=belt-1, OU=hall 3, O=Plant");
        plant.sign("stranger", "CN=stranger, O=Plant");
        other = new Certificates(folder.resolve("other"));
        other.sign("server", "CN=gateway");
        other.sign("belt", "CN=belt-1, OU=hall 3, O=Plant");
    }

    @Test
    void callersAreKnownByTheNameInTheirCertificate() throws Exception {
        Path tokens = Files.writeString(folder.resolve("callers"), "belt-1 reader cn:belt-1\n");
        try (ConfigurableApplicationContext application =
                run(
                        served(plant),
                        "--server.ssl.client-auth=need",
                        "--retort.access.mode=mtls",
                        "--retort.access.tokens=" + tokens,
                        "--management.server.port=0",
                        "--management.server.ssl.enabled=false")) {
            HttpResponse<String> answer = get(application, trusting(plant, "belt"), "/items/1");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            HttpClient stranger = trusting(plant, "stranger");
            assertThat(get(application, stranger, "/items/1").statusCode()).isEqualTo(401);
            assertThat(get(application, stranger, "/live").statusCode()).isEqualTo(200);
            assertThat(
                            trusting(plant, "belt")
                                    .send(
                                            HttpRequest.newBuilder(
                                                            uri(application, "/items/1/emptied"))
                                                    .POST(HttpRequest.BodyPublishers.noBody())
                                                    .build(),
                                            BodyHandlers.ofString())
                                    .statusCode())
                    .isEqualTo(403);
            assertThatExceptionOfType(IOException.class)
                    .as("no certificate")
                    .isThrownBy(() -> get(application, trusting(plant, null), "/live"));
            assertThatExceptionOfType(IOException.class)
                    .as("the same name by another authority")
                    .isThrownBy(() -> get(application, client(plant, other, "belt"), "/items/1"));
            assertThat(
                            HttpClient.newHttpClient()
                                    .send(
                                            HttpRequest.newBuilder(
                                                            URI.create(
                                                                    "http://localhost:"
                                                                            + port(
                                                                                    application,
                                                                                    "management")
                                                                            + "/actuator/health/liveness"))
                                                    .build(),
                                            BodyHandlers.ofString())
                                    .statusCode())
                    .as("a probe speaks plain HTTP")
                    .isEqualTo(200);
        }
    }

    @Test
    void withoutWhatItNeedsTheModeDoesNotStart() {
        assertThatThrownBy(() -> run(served(plant), "--retort.access.mode=mtls"))
                .rootCause()
                .hasMessageContaining("server.ssl.client-auth=need");
    }

    @Test
    void certificatesAreReplacedWithoutARestart() throws Exception {
        Path certificate = folder.resolve("rotating.crt");
        Path key = folder.resolve("rotating.key");
        Path authority = folder.resolve("rotating-ca.crt");
        Files.copy(plant.certificate("server"), certificate);
        Files.copy(plant.key("server"), key);
        Files.copy(plant.authority(), authority);
        String token = Tokens.fresh();
        Path tokens =
                Files.writeString(
                        folder.resolve("tokens"),
                        Tokens.line("office", Role.parse("reader"), token));
        try (ConfigurableApplicationContext application =
                run(
                        served(certificate, key, authority),
                        "--spring.ssl.bundle.pem.peers.truststore.certificate=" + authority,
                        "--spring.ssl.bundle.pem.peers.reload-on-update=true",
                        "--retort.access.trust-bundle=peers",
                        "--retort.access.tokens=" + tokens)) {
            Trust trust = application.getBean(Trust.class);
            SSLContext before = Objects.requireNonNull(trust.context());
            assertThat(get(application, believing(before), "/live").body()).isEqualTo("live");
            assertThat(get(application, believing(before), "/items/1").statusCode())
                    .as("TLS alone opens nothing")
                    .isEqualTo(401);

            Files.copy(other.key("server"), key, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(
                    other.certificate("server"), certificate, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(other.authority(), authority, StandardCopyOption.REPLACE_EXISTING);

            Awaitility.await().until(() -> !before.equals(trust.context()));
            Awaitility.await()
                    .ignoreExceptions()
                    .until(() ->
                            get(application, believing(trust.context()), "/live")
                                    .body()
                                    .equals("live"));
            assertThatExceptionOfType(IOException.class)
                    .as("the authority of before")
                    .isThrownBy(() -> get(application, believing(before), "/live"));
        }
    }

    private static HttpClient believing(@Nullable SSLContext context) {
        return HttpClient.newBuilder().sslContext(Objects.requireNonNull(context)).build();
    }

    private static HttpClient trusting(Certificates authority, @Nullable String own) {
        return client(authority, authority, own);
    }

    private static HttpClient client(
            Certificates trusted, Certificates signer, @Nullable String own) {
        PemSslStoreDetails keys =
                own == null
                        ? null
                        : PemSslStoreDetails.forCertificate(
                                        signer.certificate(own).toUri().toString())
                                .withPrivateKey(signer.key(own).toUri().toString());
        SslBundle bundle =
                SslBundle.of(
                        new PemSslStoreBundle(
                                keys,
                                PemSslStoreDetails.forCertificate(
                                        trusted.authority().toUri().toString())));
        return HttpClient.newBuilder()
                .sslContext(
                        new DefaultSslBundleRegistry("client", bundle)
                                .getBundle("client")
                                .createSslContext())
                .build();
    }

    private static List<String> served(Certificates by) {
        return served(by.certificate("server"), by.key("server"), by.authority());
    }

    private static List<String> served(Path certificate, Path key, Path authority) {
        String bundle = "--spring.ssl.bundle.pem.server.";
        return List.of(
                bundle + "keystore.certificate=" + certificate,
                bundle + "keystore.private-key=" + key,
                bundle + "truststore.certificate=" + authority,
                bundle + "reload-on-update=true",
                "--spring.ssl.bundle.watch.file.quiet-period=200ms",
                "--server.ssl.bundle=server",
                "--server.port=0");
    }

    private static ConfigurableApplicationContext run(List<String> arguments, String... more) {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of(more));
        return new SpringApplicationBuilder(GuardedApplicationTests.Application.class)
                .run(all.toArray(String[]::new));
    }

    private static HttpResponse<String> get(
            ConfigurableApplicationContext application, HttpClient client, String path)
            throws Exception {
        return client.send(
                HttpRequest.newBuilder(uri(application, path)).build(), BodyHandlers.ofString());
    }

    private static URI uri(ConfigurableApplicationContext application, String path) {
        return URI.create("https://localhost:" + port(application, "server") + path);
    }

    private static String port(ConfigurableApplicationContext application, String of) {
        return Objects.requireNonNull(
                application.getEnvironment().getProperty("local." + of + ".port"));
    }
}
