package io.retort.fleet.bench.gateway;

import io.retort.gateway.oip.grpc.ModelInferRequest;
import java.util.ArrayList;
import java.util.List;

/// Owns connections and what they go to, and closes them together.
final class Connections implements AutoCloseable {

    private final List<Runnable> ends = new ArrayList<>();

    List<HttpCaller> http(int port, List<byte[]> requests, int callers) {
        List<HttpCaller> opened = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            HttpCaller caller = new HttpCaller(port, requests);
            opened.add(caller);
            ends.add(caller::close);
        }
        return opened;
    }

    List<GrpcCaller> grpc(int port, List<ModelInferRequest> requests, int callers) {
        List<GrpcCaller> opened = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            GrpcCaller caller = new GrpcCaller(port, requests);
            opened.add(caller);
            ends.add(caller::close);
        }
        return opened;
    }

    Gateway owning(Gateway gateway) {
        ends.add(gateway::close);
        return gateway;
    }

    @Override
    public void close() {
        ends.forEach(Runnable::run);
    }
}
