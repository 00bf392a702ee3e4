package io.retort.gateway.oip;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.retort.gateway.inference.Model;
import io.retort.gateway.inference.ModelUnavailableException;
import io.retort.gateway.inference.Models;
import io.retort.gateway.inference.OverloadedException;
import io.retort.gateway.inference.TensorSpec;
import io.retort.gateway.oip.grpc.GRPCInferenceServiceGrpc;
import io.retort.gateway.oip.grpc.InferTensorContents;
import io.retort.gateway.oip.grpc.ModelInferRequest;
import io.retort.gateway.oip.grpc.ModelInferResponse;
import io.retort.gateway.oip.grpc.ModelMetadataRequest;
import io.retort.gateway.oip.grpc.ModelMetadataResponse;
import io.retort.gateway.oip.grpc.ModelReadyRequest;
import io.retort.gateway.oip.grpc.ModelReadyResponse;
import io.retort.gateway.oip.grpc.ServerLiveRequest;
import io.retort.gateway.oip.grpc.ServerLiveResponse;
import io.retort.gateway.oip.grpc.ServerMetadataRequest;
import io.retort.gateway.oip.grpc.ServerMetadataResponse;
import io.retort.gateway.oip.grpc.ServerReadyRequest;
import io.retort.gateway.oip.grpc.ServerReadyResponse;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The protocol's operations over gRPC. Tensors that come as raw bytes go as such.
final class GrpcInference extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {

    private static final Logger LOG = LoggerFactory.getLogger(GrpcInference.class);

    private final ServedModel served;
    private final int largestBatch;

    GrpcInference(ServedModel served, int largestBatch) {
        this.served = served;
        this.largestBatch = largestBatch;
    }

    @Override
    public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> observer) {
        answer(observer, () -> ServerLiveResponse.newBuilder().setLive(true).build());
    }

    @Override
    public void serverReady(
            ServerReadyRequest request, StreamObserver<ServerReadyResponse> observer) {
        answer(observer, () -> ServerReadyResponse.newBuilder().setReady(served.ready()).build());
    }

    @Override
    public void serverMetadata(
            ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> observer) {
        answer(
                observer,
                () ->
                        ServerMetadataResponse.newBuilder()
                                .setName(ServedModel.SERVER)
                                .setVersion(ServedModel.serverVersion())
                                .build());
    }

    /// A model that is not served is not ready, which is no error.
    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> observer) {
        answer(observer, () -> ModelReadyResponse.newBuilder().setReady(isReady(request)).build());
    }

    private boolean isReady(ModelReadyRequest request) {
        try (Models.Lease _ = served.lease(request.getName(), request.getVersion())) {
            return true;
        } catch (OipException | ModelUnavailableException _) {
            return false;
        }
    }

    @Override
    public void modelMetadata(
            ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> observer) {
        answer(
                observer,
                () -> {
                    try (Models.Lease lease =
                            served.lease(request.getName(), request.getVersion())) {
                        Model model = lease.model();
                        ModelMetadataResponse.Builder metadata =
                                ModelMetadataResponse.newBuilder()
                                        .setName(model.version().model())
                                        .addVersions(Integer.toString(model.version().version()))
                                        .setPlatform(ServedModel.PLATFORM);
                        model.inputs().forEach(input -> metadata.addInputs(described(input)));
                        model.outputs().forEach(output -> metadata.addOutputs(described(output)));
                        return metadata.build();
                    }
                });
    }

    private static ModelMetadataResponse.TensorMetadata described(TensorSpec tensor) {
        return ModelMetadataResponse.TensorMetadata.newBuilder()
                .setName(tensor.name())
                .setDatatype(TensorSpec.DATATYPE)
                .addAllShape(tensor.shape())
                .build();
    }

    @Override
    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
        answer(
                observer,
                () -> {
                    InferRequest asked = asked(request);
                    try (Models.Lease lease =
                            served.lease(request.getModelName(), request.getModelVersion())) {
                        return response(
                                request,
                                lease.model(),
                                new Inference(lease.model(), largestBatch).run(asked));
                    }
                });
    }

    private static InferRequest asked(ModelInferRequest request) {
        int raw = request.getRawInputContentsCount();
        if (raw > 0 && raw != request.getInputsCount()) {
            throw OipException.invalid(
                    "raw_input_contents has %d tensors, there are %d inputs"
                            .formatted(raw, request.getInputsCount()));
        }
        List<InferRequest.Input> inputs = new ArrayList<>();
        for (int i = 0; i < request.getInputsCount(); i++) {
            ModelInferRequest.InferInputTensor input = request.getInputs(i);
            ServedModel.requireDatatype(input.getName(), input.getDatatype());
            inputs.add(
                    new InferRequest.Input(
                            input.getName(),
                            input.getShapeList(),
                            raw > 0
                                    ? floats(input, request.getRawInputContents(i))
                                    : floats(input.getContents())));
        }
        List<InferRequest.Output> outputs =
                request.getOutputsList().stream()
                        .map(output -> new InferRequest.Output(output.getName(), null))
                        .toList();
        return new InferRequest(null, inputs, outputs, raw > 0);
    }

    private static float[] floats(ModelInferRequest.InferInputTensor input, ByteString raw) {
        if (input.hasContents()) {
            throw OipException.invalid(
                    "input '%s' has contents beside raw_input_contents".formatted(input.getName()));
        }
        if (raw.size() % Float.BYTES != 0) {
            throw OipException.invalid(
                    "input '%s' has %d raw bytes, 4 a value"
                            .formatted(input.getName(), raw.size()));
        }
        float[] values = new float[raw.size() / Float.BYTES];
        raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    private static float[] floats(InferTensorContents contents) {
        float[] values = new float[contents.getFp32ContentsCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = contents.getFp32Contents(i);
        }
        return values;
    }

    private static ModelInferResponse response(
            ModelInferRequest request, Model model, List<Inference.Answer> answers) {
        ModelInferResponse.Builder response =
                ModelInferResponse.newBuilder()
                        .setModelName(model.version().model())
                        .setModelVersion(Integer.toString(model.version().version()))
                        .setId(request.getId());
        for (Inference.Answer answer : answers) {
            ModelInferResponse.InferOutputTensor.Builder output =
                    ModelInferResponse.InferOutputTensor.newBuilder()
                            .setName(answer.output().name())
                            .setDatatype(TensorSpec.DATATYPE)
                            .addShape(answer.batch());
            answer.output().shape().stream().skip(1).forEach(output::addShape);
            if (answer.binary()) {
                response.addRawOutputContents(ByteString.copyFrom(answer.bytes()));
            } else {
                InferTensorContents.Builder contents = InferTensorContents.newBuilder();
                for (float value : answer.values()) {
                    contents.addFp32Contents(value);
                }
                output.setContents(contents);
            }
            response.addOutputs(output);
        }
        return response.build();
    }

    private static <T> void answer(StreamObserver<T> observer, Supplier<T> answer) {
        T response;
        try {
            response = answer.get();
        } catch (OipException e) {
            Status status =
                    switch (e.status()) {
                        case NOT_FOUND -> Status.NOT_FOUND;
                        case CONTENT_TOO_LARGE -> Status.RESOURCE_EXHAUSTED;
                        default -> Status.INVALID_ARGUMENT;
                    };
            observer.onError(status.withDescription(e.getMessage()).asRuntimeException());
            return;
        } catch (ModelUnavailableException e) {
            observer.onError(
                    Status.UNAVAILABLE.withDescription(e.getMessage()).asRuntimeException());
            return;
        } catch (OverloadedException e) {
            observer.onError(
                    Status.RESOURCE_EXHAUSTED.withDescription(e.getMessage()).asRuntimeException());
            return;
        } catch (RuntimeException e) {
            LOG.error("A gRPC request failed", e);
            observer.onError(
                    Status.INTERNAL
                            .withDescription("the gateway's log has the cause")
                            .asRuntimeException());
            return;
        }
        observer.onNext(response);
        observer.onCompleted();
    }
}
