package io.retort.fleet.bench.gateway;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.retort.gateway.oip.grpc.GRPCInferenceServiceGrpc;
import io.retort.gateway.oip.grpc.ModelInferRequest;
import java.io.IOException;
import java.util.List;

/// The Open Inference Protocol over gRPC, on a channel of its own.
final class GrpcCaller implements Load.Caller, AutoCloseable {

    private final ManagedChannel channel;
    private final GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub stub;
    private final List<ModelInferRequest> requests;

    GrpcCaller(int port, List<ModelInferRequest> requests) {
        this.channel =
                Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create())
                        .directExecutor()
                        .build();
        Metadata credential = new Metadata();
        credential.put(
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                Bearer.AUTHORIZATION);
        this.stub =
                GRPCInferenceServiceGrpc.newBlockingStub(channel)
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(credential));
        this.requests = requests;
    }

    @Override
    public boolean call(int i) throws IOException {
        try {
            return stub.modelInfer(requests.get(i % requests.size())).getOutputsCount() > 0;
        } catch (StatusRuntimeException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
