package io.retort.fleet.bench.gateway;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The edge gateway as a process, with no broker, which follows the model of [Releases].
///
/// @param port of HTTP
/// @param grpcPort of gRPC
record Gateway(JavaProcess process, int port, int grpcPort) implements AutoCloseable {

    /// Of every process that is measured: what a small node has to give.
    static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-Xmx64m");

    /// @param folder of its own, for its models and its log
    /// @param settings properties in place of the bench's own, or beside them
    static Gateway start(
            String name,
            Releases releases,
            Path folder,
            Map<String, String> settings,
            @Nullable CpuLimit limit)
            throws IOException {
        return start(name, releases, folder, settings, limit, FLAGS, Installed.gateway());
    }

    /// @param flags of the virtual machine
    /// @param program class path and main class
    static Gateway start(
            String name,
            Releases releases,
            Path folder,
            Map<String, String> settings,
            @Nullable CpuLimit limit,
            List<String> flags,
            List<String> program)
            throws IOException {
        int port = JavaProcess.freePort();
        int managementPort = JavaProcess.freePort();
        int grpcPort = JavaProcess.freePort();
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("server.address", "127.0.0.1");
        properties.put("server.port", Integer.toString(port));
        properties.put("management.server.address", "127.0.0.1");
        properties.put("management.server.port", Integer.toString(managementPort));
        properties.put("retort.access.tokens", Bearer.known(folder).toString());
        properties.put("retort.oip.grpc-port", Integer.toString(grpcPort));
        properties.put("retort.data", folder.toString());
        properties.put("retort.rollout.registry", releases.url());
        properties.put("retort.rollout.model", Releases.MODEL);
        properties.put("spring.main.banner-mode", "off");
        // A plant without a broker: decisions are answered and go nowhere else.
        properties.put("retort.outbox.enabled", "false");
        properties.put("spring.cloud.stream.kafka.binder.brokers", "127.0.0.1:1");
        properties.put("spring.cloud.stream.binding-retry-interval", "3600");
        properties.putAll(settings);
        List<String> launch = new ArrayList<>(program);
        properties.forEach((property, value) -> launch.add("--" + property + "=" + value));
        JavaProcess process =
                JavaProcess.start(name, flags, launch, limit, folder.resolve("gateway.log"));
        try {
            process.awaitReady(managementPort, "/actuator/health/readiness");
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
