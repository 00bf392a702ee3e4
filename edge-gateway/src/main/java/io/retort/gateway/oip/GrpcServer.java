package io.retort.gateway.oip;

import io.grpc.Grpc;
import io.grpc.Server;
import io.retort.access.Access;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/// Answers gRPC where a port is set for it.
@Component
final class GrpcServer implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(GrpcServer.class);
    private static final int SECONDS_TO_END = 10;

    private final @Nullable Server server;

    private volatile boolean running;

    GrpcServer(
            ServedModel served,
            OipSettings settings,
            Access access,
            Environment environment,
            SslBundles bundles) {
        Integer port = settings.grpcPort();
        this.server =
                port == null ? null : at(port, served, settings, access, environment, bundles);
    }

    private static Server at(
            int port,
            ServedModel served,
            OipSettings settings,
            Access access,
            Environment environment,
            SslBundles bundles) {
        return Grpc.newServerBuilderForPort(port, GrpcTls.credentials(environment, bundles))
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .maxInboundMessageSize(Math.toIntExact(settings.largestBody().toBytes()))
                .intercept(new GrpcAccess(access))
                .addService(new GrpcInference(served, settings.largestBatch()))
                .build();
    }

    int port() {
        return Objects.requireNonNull(server, "gRPC has no port").getPort();
    }

    @Override
    public void start() {
        if (server == null) {
            return;
        }
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        running = true;
        LOG.info("gRPC on port {}", port());
    }

    @Override
    public void stop() {
        if (server == null) {
            return;
        }
        server.shutdown();
        try {
            if (!server.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
