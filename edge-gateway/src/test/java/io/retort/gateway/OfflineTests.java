package io.retort.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.retort.contract.Records;
import io.retort.contract.Times;
import io.retort.contract.Topics;
import io.retort.contract.v1.Decision;
import io.retort.gateway.fixtures.Captures;
import io.retort.gateway.fixtures.Forwarding;
import io.retort.gateway.fixtures.Gateways;
import io.retort.gateway.fixtures.Onnx;
import io.retort.gateway.fixtures.RegistryServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;

/// A node in the field, whose broker is away for days, and which is killed.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OfflineTests {

    private final Onnx camera = Onnx.of(Onnx.CAMERA).scale(0.1f);
    private final byte[] picture = Captures.picture("png", 8, 8, 0x3070b0);
    private final HttpClient http = HttpClient.newHttpClient();
    private final EmbeddedKafkaBroker broker = Gateways.broker();

    @BeforeAll
    void start() {
        broker.afterPropertiesSet();
    }

    @AfterAll
    void stop() {
        broker.destroy();
    }

    /// One item in 30 seconds, over three days without registry or broker.
    @Test
    void afterThreeDaysOfflineEveryDecisionGoesOutOnceAndInOrder(@TempDir Path data)
            throws Exception {
        Instant left = Instant.parse("2026-03-01T10:00:00Z");
        AtomicReference<Instant> now = new AtomicReference<>(left);
        int port = Gateways.freePort();
        int items = 3 * 24 * 60 * 2;
        long before = end();
        ConfigurableApplicationContext gateway;
        try (RegistryServer registry = new RegistryServer()) {
            registry.release(3, camera.bytes());
            gateway = Gateways.at(now::get, registry.url(), data, "localhost:" + port);
            await().until(() -> version(gateway) == 3);
        }
        try (gateway) {
            for (int item = 0; item < items; item++) {
                now.set(left.plusSeconds(30L * item));
                assertThat(assess(Gateways.port(gateway), "offline-" + item)).isEqualTo(200);
            }
            assertThat(depth(gateway)).isEqualTo(items);
            assertThat(
                            gateway.getBean(MeterRegistry.class)
                                    .get("retort.outbox.dropped")
                                    .tag("outbox", "decisions")
                                    .functionCounter()
                                    .count())
                    .isZero();
            try (Forwarding _ = Forwarding.of(port, brokerPort())) {
                await().atMost(Duration.ofSeconds(60)).until(() -> depth(gateway) == 0);
            }
        }
        List<Decision> decisions = decisions(before);
        assertThat(decisions).hasSize(items);
        for (int item = 0; item < items; item++) {
            Decision decision = decisions.get(item);
            assertThat(decision.getCaptureId()).isEqualTo("offline-" + item);
            assertThat(Times.instant(decision.getDecidedAt()))
                    .isEqualTo(left.plusSeconds(30L * item));
        }
    }

    /// Four senders, and SIGKILL while all of them are waiting for an answer.
    @Test
    void aKilledGatewayHasLostNothingThatItAnswered(@TempDir Path data) throws Exception {
        long before = end();
        Queue<String> answered = new ConcurrentLinkedQueue<>();
        try (RegistryServer registry = new RegistryServer()) {
            registry.release(3, camera.bytes());
            int port = Gateways.freePort();
            Process process = Gateways.process(registry.url(), data, port);
            try {
                await().atMost(Duration.ofSeconds(60)).until(() -> answers(port));
                AtomicInteger next = new AtomicInteger();
                List<Thread> senders = new ArrayList<>();
                for (int sender = 0; sender < 4; sender++) {
                    senders.add(
                            Thread.ofVirtual()
                                    .start(() -> {
                                        try {
                                            while (true) {
                                                String id = "kill-" + next.getAndIncrement();
                                                if (assess(port, id) == 200) {
                                                    answered.add(id);
                                                }
                                            }
                                        } catch (IOException e) {
                                            // Killed.
                                        } catch (InterruptedException e) {
                                            Thread.currentThread().interrupt();
                                        }
                                    }));
                }
                await().until(() -> answered.size() > 500);
                process.destroyForcibly().waitFor();
                for (Thread sender : senders) {
                    sender.join();
                }
            } finally {
                process.destroyForcibly();
            }
            try (ConfigurableApplicationContext next =
                    Gateways.run(registry.url(), data, broker.getBrokersAsString())) {
                await().atMost(Duration.ofSeconds(30)).until(() -> depth(next) == 0);
            }
        }
        List<String> told = decisions(before).stream().map(Decision::getCaptureId).toList();
        assertThat(told).containsAll(answered);
        assertThat(new HashSet<>(told)).hasSameSizeAs(told);
    }

    private int assess(int port, String id) throws IOException, InterruptedException {
        HttpResponse<Void> answer =
                http.send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://localhost:%d/api/v1/assessments?id=%s"
                                                        .formatted(port, id)))
                                .header("Content-Type", "image/png")
                                .POST(BodyPublishers.ofByteArray(picture))
                                .build(),
                        BodyHandlers.discarding());
        return answer.statusCode();
    }

    private boolean answers(int port) throws InterruptedException {
        try {
            return assess(port, "first") == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static double version(ConfigurableApplicationContext gateway) {
        return gateway.getBean(MeterRegistry.class).get("retort.model.version").gauge().value();
    }

    private static double depth(ConfigurableApplicationContext gateway) {
        return gateway.getBean(MeterRegistry.class)
                .get("retort.outbox.depth")
                .tag("outbox", "decisions")
                .gauge()
                .value();
    }

    private int brokerPort() {
        String address = broker.getBrokersAsString();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    /// Where the next decision will be.
    private long end() {
        TopicPartition partition = new TopicPartition(Topics.DECISIONS, 0);
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        }
    }

    private List<Decision> decisions(long from) {
        TopicPartition partition = new TopicPartition(Topics.DECISIONS, 0);
        List<Decision> decisions = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            Collection<TopicPartition> partitions = List.of(partition);
            consumer.assign(partitions);
            consumer.seek(partition, from);
            long end = consumer.endOffsets(partitions).getOrDefault(partition, 0L);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> decisions.add(Records.decision(record.value())));
            }
        }
        return decisions;
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.getBrokersAsString()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
