package io.retort.registry;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/// A broker on a fixed port that goes on from its folder, so that it can go away and come back;
/// spring-kafka-test's has neither.
record Broker(KafkaRaftServer server) implements AutoCloseable {

    static Broker start(Path folder, int port) throws Exception {
        int controller = RunningRegistry.freePort();
        new Formatter()
                .setPrintStream(
                        new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(1)
                .setClusterId("cmVnaXN0cnktdGVzdHMtMQ")
                .setDirectories(List.of(folder.toString()))
                .setMetadataLogDirectory(folder.toString())
                .setControllerListenerName("CONTROLLER")
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setIgnoreFormatted(true)
                .run();
        KafkaConfig config =
                new KafkaConfig(
                        Map.of(
                                "process.roles",
                                "broker,controller",
                                "node.id",
                                "1",
                                "controller.quorum.voters",
                                "1@127.0.0.1:" + controller,
                                "controller.listener.names",
                                "CONTROLLER",
                                "listeners",
                                "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                                        .formatted(port, controller),
                                "listener.security.protocol.map",
                                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                                "log.dirs",
                                folder.toString(),
                                "offsets.topic.replication.factor",
                                "1",
                                "offsets.topic.num.partitions",
                                "1",
                                "group.initial.rebalance.delay.ms",
                                "0"),
                        false);
        KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
        server.startup();
        return new Broker(server);
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
