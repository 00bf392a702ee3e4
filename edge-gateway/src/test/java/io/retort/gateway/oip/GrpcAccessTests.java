package io.retort.gateway.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.retort.access.AccessTable;
import io.retort.access.Role;
import io.retort.access.Row;
import io.retort.access.Tokens;
import io.retort.gateway.fixtures.Gateways;
import io.retort.gateway.fixtures.Onnx;
import io.retort.gateway.fixtures.RegistryServer;
import io.retort.gateway.oip.grpc.GRPCInferenceServiceGrpc;
import io.retort.gateway.oip.grpc.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.retort.gateway.oip.grpc.ModelInferRequest;
import io.retort.gateway.oip.grpc.ModelReadyRequest;
import io.retort.gateway.oip.grpc.ServerLiveRequest;
import io.retort.gateway.oip.grpc.ServerMetadataRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrpcAccessTests {

    private final String station = Tokens.fresh();
    private final String reader = Tokens.fresh();
    private final RegistryServer registry = new RegistryServer();
    private ConfigurableApplicationContext gateway;
    private ManagedChannel channel;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        registry.release(7, Onnx.of(Onnx.CAMERA).bytes());
        Path tokens =
                Files.writeString(
                        data.resolve("tokens"),
                        Tokens.line("belt", Role.parse("station"), station)
                                + "\n"
                                + Tokens.line("office", Role.parse("reader"), reader));
        gateway =
                Gateways.withoutBroker(
                        registry.url(),
                        data,
                        "--retort.oip.grpc-port=0",
                        "--retort.access.mode=token",
                        "--retort.access.tokens=" + tokens);
        channel =
                Grpc.newChannelBuilder(
                                "localhost:" + gateway.getBean(GrpcServer.class).port(),
                                InsecureChannelCredentials.create())
                        .build();
    }

    @AfterAll
    void stop() {
        channel.shutdownNow();
        gateway.close();
        registry.close();
    }

    @Test
    void everyMethodHasARow() {
        assertThat(GRPCInferenceServiceGrpc.getServiceDescriptor().getMethods())
                .extracting(MethodDescriptor::getFullMethodName)
                .allSatisfy(name ->
                        assertThat(gateway.getBean(AccessTable.class).rows())
                                .filteredOn(row -> row.method().equals("POST"))
                                .extracting(Row::pattern)
                                .contains("/" + name));
    }

    @Test
    void withoutACredentialOnlyHealthIsAnswered() {
        var client = GRPCInferenceServiceGrpc.newBlockingStub(channel);
        assertThat(client.serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
        refused(client, Status.Code.UNAUTHENTICATED);
        refused(with("Bearer " + Tokens.fresh()), Status.Code.UNAUTHENTICATED);
        refused(with(station), Status.Code.UNAUTHENTICATED);
    }

    @Test
    void aReaderLearnsOfTheModelAndAsksItNothing() {
        var client = with("Bearer " + reader);
        assertThat(client.serverMetadata(ServerMetadataRequest.getDefaultInstance()).getName())
                .isEqualTo("retort-edge-gateway");
        refused(client, Status.Code.PERMISSION_DENIED);
    }

    @Test
    void aStationIsAnswered() {
        var client = with("Bearer " + station);
        var student = ModelReadyRequest.newBuilder().setName("student").build();
        Awaitility.await().until(() -> client.modelReady(student).getReady());
        refused(client, Status.Code.INVALID_ARGUMENT);
    }

    /// By a request that has no inputs, which is found out only by who reads it.
    private static void refused(GRPCInferenceServiceBlockingStub client, Status.Code code) {
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() ->
                        client.modelInfer(
                                ModelInferRequest.newBuilder().setModelName("student").build()))
                .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(code));
    }

    private GRPCInferenceServiceBlockingStub with(String authorization) {
        Metadata headers = new Metadata();
        headers.put(
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
        return GRPCInferenceServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }
}
