package io.retort.fleet.bench.gateway;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The edge gateway as a process, with no broker, which follows the model of [Releases].
///
/// @param port of HTTP
/// @param grpcPort of gRPC
record Gateway(JavaProcess process, int port, int grpcPort) implements AutoCloseable {

    /// Of every process that is measured: what a small node has to give.
    static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-Xmx64m");

    /// @param folder of its own, for its models and its log
    /// @param settings beside those that the bench needs, as `--name=value`
    static Gateway start(
            String name,
            Releases releases,
            Path folder,
            List<String> settings,
            @Nullable CpuLimit limit)
            throws IOException {
        int port = JavaProcess.freePort();
        int grpcPort = JavaProcess.freePort();
        List<String> launch = new ArrayList<>(Installed.gateway());
        launch.add("--server.address=127.0.0.1");
        launch.add("--server.port=" + port);
        launch.add("--retort.oip.grpc-port=" + grpcPort);
        launch.add("--retort.data=" + folder);
        launch.add("--retort.rollout.registry=" + releases.url());
        launch.add("--retort.rollout.model=" + Releases.MODEL);
        launch.add("--spring.main.banner-mode=off");
        // Nobody listens there: decisions over Kafka are not what is measured.
        launch.add("--spring.cloud.stream.kafka.binder.brokers=127.0.0.1:1");
        launch.add("--spring.cloud.stream.binding-retry-interval=3600");
        launch.addAll(settings);
        JavaProcess process =
                JavaProcess.start(name, FLAGS, launch, limit, folder.resolve("gateway.log"));
        try {
            process.awaitReady(port, "/actuator/health/readiness");
        } catch (IOException e) {
            process.close();
            throw e;
        }
        return new Gateway(process, port, grpcPort);
    }

    @Override
    public void close() {
        process.close();
    }
}
