package io.retort.gateway.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.retort.gateway.fixtures.Gateways;
import io.retort.gateway.fixtures.Onnx;
import io.retort.gateway.fixtures.RegistryServer;
import io.retort.gateway.inference.Models;
import io.retort.gateway.oip.grpc.GRPCInferenceServiceGrpc;
import io.retort.gateway.oip.grpc.InferTensorContents;
import io.retort.gateway.oip.grpc.ModelInferRequest;
import io.retort.gateway.oip.grpc.ModelInferResponse;
import io.retort.gateway.oip.grpc.ModelMetadataRequest;
import io.retort.gateway.oip.grpc.ModelMetadataResponse;
import io.retort.gateway.oip.grpc.ModelReadyRequest;
import io.retort.gateway.oip.grpc.ServerLiveRequest;
import io.retort.gateway.oip.grpc.ServerMetadataRequest;
import io.retort.gateway.oip.grpc.ServerReadyRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/// Over a real channel; the stubs come from the published protocol's names and numbers.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrpcInferenceTests {

    private static final int PIXELS = 3 * 8 * 8;

    private final Onnx camera = Onnx.of(Onnx.CAMERA).scale(0.1f);
    private final RegistryServer registry = new RegistryServer();

    private ConfigurableApplicationContext gateway;
    private ManagedChannel channel;
    private GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub client;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        registry.release(7, camera.bytes());
        gateway =
                Gateways.withoutBroker(
                        registry.url(),
                        data,
                        "--retort.oip.grpc-port=0",
                        "--retort.oip.largest-body=100KB");
        channel =
                Grpc.newChannelBuilder(
                                "localhost:" + gateway.getBean(GrpcServer.class).port(),
                                InsecureChannelCredentials.create())
                        .build();
        client = GRPCInferenceServiceGrpc.newBlockingStub(channel);
        Models models = gateway.getBean(Models.class);
        Awaitility.await().until(() -> models.version().isPresent());
    }

    @AfterAll
    void stop() {
        channel.shutdownNow();
        gateway.close();
        registry.close();
    }

    @Test
    void serverAndModelTellOfThemselves() {
        assertThat(client.serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
        assertThat(client.serverReady(ServerReadyRequest.getDefaultInstance()).getReady()).isTrue();
        assertThat(client.serverMetadata(ServerMetadataRequest.getDefaultInstance()).getName())
                .isEqualTo("retort-edge-gateway");
        assertThat(ready("student", "")).isTrue();
        assertThat(ready("student", "7")).isTrue();
        assertThat(ready("student", "8")).isFalse();
        assertThat(ready("teacher", "")).isFalse();
        ModelMetadataResponse model =
                client.modelMetadata(ModelMetadataRequest.newBuilder().setName("student").build());
        assertThat(model.getVersionsList()).containsExactly("7");
        assertThat(model.getInputs(0).getName()).isEqualTo("rgb");
        assertThat(model.getInputs(0).getDatatype()).isEqualTo("FP32");
        assertThat(model.getInputs(0).getShapeList()).containsExactly(-1L, 3L, 8L, 8L);
        assertThat(model.getOutputsList())
                .extracting(ModelMetadataResponse.TensorMetadata::getName)
                .containsExactly("material", "degradation", "quality");
    }

    @Test
    void rawTensorsAreAnsweredRaw() {
        ByteBuffer pixels = ByteBuffer.allocate(4 * PIXELS).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < PIXELS; i++) {
            pixels.putFloat(0.5f);
        }
        ModelInferResponse answer =
                client.modelInfer(
                        request()
                                .setId("42")
                                .setModelVersion("7")
                                .addInputs(rgb(1))
                                .addRawInputContents(ByteString.copyFrom(pixels.array()))
                                .build());
        assertThat(answer.getId()).isEqualTo("42");
        assertThat(answer.getModelVersion()).isEqualTo("7");
        assertThat(answer.getOutputsList()).hasSize(3);
        assertThat(answer.getOutputs(0).hasContents()).isFalse();
        assertThat(answer.getOutputs(0).getShapeList()).containsExactly(1L, 3L);
        ByteBuffer material =
                answer.getRawOutputContents(0)
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (float value : expected(0.5f)) {
            assertThat(material.getFloat()).isCloseTo(value, within(1e-5f));
        }
    }

    @Test
    void typedTensorsAreAnsweredTypedAndOnlyWhatIsAskedFor() {
        ModelInferResponse answer =
                client.modelInfer(
                        request()
                                .addInputs(typed(2, 1))
                                .addOutputs(
                                        ModelInferRequest.InferRequestedOutputTensor.newBuilder()
                                                .setName("material"))
                                .build());
        assertThat(answer.getRawOutputContentsCount()).isZero();
        assertThat(answer.getOutputsList()).hasSize(1);
        assertThat(answer.getOutputs(0).getShapeList()).containsExactly(2L, 3L);
        List<Float> values = answer.getOutputs(0).getContents().getFp32ContentsList();
        for (int k = 0; k < 6; k++) {
            assertThat(values.get(k)).isCloseTo(expected(1)[k % 3], within(1e-5f));
        }
    }

    @Test
    void whatIsWrongHasItsCodeAndItsReason() {
        fails(
                request().setModelName("teacher").addInputs(typed(1, 0)),
                Status.Code.NOT_FOUND,
                "model 'teacher' is not served here, 'student' version 7 is");
        fails(
                request().addInputs(rgb(1)),
                Status.Code.INVALID_ARGUMENT,
                "input 'rgb' has 0 values, its shape [1, 3, 8, 8] has 192");
        fails(
                request().addInputs(typed(1, 0)).addRawInputContents(ByteString.EMPTY),
                Status.Code.INVALID_ARGUMENT,
                "input 'rgb' has contents beside raw_input_contents");
        fails(
                request()
                        .addInputs(rgb(1))
                        .addRawInputContents(ByteString.EMPTY)
                        .addRawInputContents(ByteString.EMPTY),
                Status.Code.INVALID_ARGUMENT,
                "raw_input_contents has 2 tensors, there are 1 inputs");
        fails(
                request().addInputs(typed(1, 0).toBuilder().setDatatype("INT8")),
                Status.Code.INVALID_ARGUMENT,
                "input 'rgb': datatype is INT8, the model takes FP32");
        fails(
                request()
                        .addInputs(rgb(1))
                        .addRawInputContents(ByteString.copyFrom(new byte[200 * 1024])),
                Status.Code.RESOURCE_EXHAUSTED,
                "");
        // And it answers on.
        assertThat(client.modelInfer(request().addInputs(typed(1, 0)).build()).getOutputsCount())
                .isEqualTo(3);
    }

    private void fails(ModelInferRequest.Builder request, Status.Code code, String reason) {
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() -> client.modelInfer(request.build()))
                .satisfies(e -> {
                    assertThat(e.getStatus().getCode()).isEqualTo(code);
                    assertThat(e.getStatus().getDescription()).startsWith(reason);
                });
    }

    private boolean ready(String name, String version) {
        return client.modelReady(
                        ModelReadyRequest.newBuilder().setName(name).setVersion(version).build())
                .getReady();
    }

    private static ModelInferRequest.Builder request() {
        return ModelInferRequest.newBuilder().setModelName("student");
    }

    private static ModelInferRequest.InferInputTensor rgb(int batch) {
        return ModelInferRequest.InferInputTensor.newBuilder()
                .setName("rgb")
                .setDatatype("FP32")
                .addAllShape(List.of((long) batch, 3L, 8L, 8L))
                .build();
    }

    private static ModelInferRequest.InferInputTensor typed(int batch, float value) {
        return rgb(batch).toBuilder()
                .setContents(
                        InferTensorContents.newBuilder()
                                .addAllFp32Contents(Collections.nCopies(batch * PIXELS, value)))
                .build();
    }

    private float[] expected(float pixel) {
        return Objects.requireNonNull(camera.expected(pixel, pixel, pixel).get("material"));
    }
}
