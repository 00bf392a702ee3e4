package io.retort.gateway.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.retort.gateway.fixtures.Gateways;
import io.retort.gateway.fixtures.RegistryServer;
import io.retort.gateway.oip.grpc.GRPCInferenceServiceGrpc;
import io.retort.gateway.oip.grpc.ModelInferRequest;
import io.retort.gateway.oip.grpc.ServerLiveRequest;
import io.retort.gateway.oip.grpc.ServerMetadataRequest;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

class GrpcTlsTests {

    private static final String PASSWORD = "of-a-test";

    /// One certificate serves as the gateway's, as the caller's, and as the authority of both.
    @Test
    void callersAreKnownByTheirCertificates(@TempDir Path data) throws Exception {
        Path store = store(data);
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", keys.getCertificate("door"));
        Path trust = data.resolve("trust.p12");
        try (OutputStream out = Files.newOutputStream(trust)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        Path callers = Files.writeString(data.resolve("callers"), "belt-1 reader cn:belt-1\n");
        String bundle = "--spring.ssl.bundle.jks.door.";
        try (RegistryServer registry = new RegistryServer();
                ConfigurableApplicationContext gateway =
                        Gateways.withoutBroker(
                                registry.url(),
                                data,
                                "--retort.oip.grpc-port=0",
                                "--retort.access.mode=mtls",
                                "--retort.access.tokens=" + callers,
                                bundle + "keystore.location=" + store.toUri(),
                                bundle + "keystore.password=" + PASSWORD,
                                bundle + "truststore.location=" + trust.toUri(),
                                bundle + "truststore.password=" + PASSWORD,
                                "--server.ssl.bundle=door",
                                "--server.ssl.client-auth=need")) {
            int port = gateway.getBean(GrpcServer.class).port();
            KeyManagerFactory own =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(keys, PASSWORD.toCharArray());

            ManagedChannel known =
                    channel(
                            port,
                            trusted,
                            credentials -> credentials.keyManager(own.getKeyManagers()));
            try {
                var client = GRPCInferenceServiceGrpc.newBlockingStub(known);
                assertThat(
                                client.serverMetadata(ServerMetadataRequest.getDefaultInstance())
                                        .getName())
                        .isEqualTo("retort-edge-gateway");
                assertThatExceptionOfType(StatusRuntimeException.class)
                        .isThrownBy(() -> client.modelInfer(ModelInferRequest.getDefaultInstance()))
                        .satisfies(e ->
                                assertThat(e.getStatus().getCode())
                                        .isEqualTo(Status.Code.PERMISSION_DENIED));
            } finally {
                known.shutdownNow();
            }

            ManagedChannel nobody = channel(port, trusted, UnaryOperator.identity());
            try {
                var client = GRPCInferenceServiceGrpc.newBlockingStub(nobody);
                assertThatExceptionOfType(StatusRuntimeException.class)
                        .as("without a certificate not even what is open")
                        .isThrownBy(() -> client.serverLive(ServerLiveRequest.getDefaultInstance()))
                        .satisfies(e ->
                                assertThat(e.getStatus().getCode())
                                        .isEqualTo(Status.Code.UNAVAILABLE));
            } finally {
                nobody.shutdownNow();
            }
        }
    }

    private static ManagedChannel channel(
            int port, KeyStore trusted, UnaryOperator<TlsChannelCredentials.Builder> own)
            throws Exception {
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        TlsChannelCredentials.Builder credentials =
                TlsChannelCredentials.newBuilder().trustManager(trust.getTrustManagers());
        return Grpc.newChannelBuilder("localhost:" + port, own.apply(credentials).build()).build();
    }

    private static Path store(Path folder) throws Exception {
        Path store = folder.resolve("door.p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-alias",
                                "door",
                                "-dname",
                                "CN=belt-1, O=Plant",
                                "-ext",
                                "san=dns:localhost",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                PASSWORD)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("keytool.log").toFile())
                        .start();
        assertThat(keytool.waitFor()).isZero();
        return store;
    }
}
