package io.retort.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.retort.contract.Topics;
import io.retort.contract.v1.Capture;
import io.retort.gateway.fixtures.Captures;
import io.retort.gateway.fixtures.Gateways;
import io.retort.gateway.fixtures.Onnx;
import io.retort.gateway.fixtures.RegistryServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;

/// One trace from a capture to its decision, and what a collector hears of it.
class TracingTests {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @TempDir Path data;

    @Test
    void theTraceOfACaptureGoesOnInItsDecisionAndReachesTheCollector() throws Exception {
        EmbeddedKafkaBroker broker = Gateways.broker();
        broker.afterPropertiesSet();
        String brokers = broker.getBrokersAsString();
        try (Collector collector = new Collector();
                RegistryServer registry = new RegistryServer();
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(
                                Map.of("bootstrap.servers", brokers),
                                new ByteArraySerializer(),
                                new ByteArraySerializer())) {
            registry.release(1, Onnx.of(Onnx.CAMERA_AND_SPECTRUM).bytes());
            try (ConfigurableApplicationContext gateway =
                    Gateways.run(
                            registry.url(),
                            data,
                            brokers,
                            "--management.opentelemetry.tracing.export.otlp.endpoint="
                                    + collector.url(),
                            "--management.opentelemetry.tracing.export.schedule-delay=100ms",
                            "--management.tracing.sampling.probability=1")) {
                Capture capture = Captures.photo("traced", 0x405060);
                ProducerRecord<byte[], byte[]> record =
                        new ProducerRecord<>(
                                Topics.CAPTURES, utf8(capture.getStation()), capture.toByteArray());
                record.headers().add("traceparent", utf8("00-" + TRACE + "-00f067aa0ba902b7-01"));
                producer.send(record).get(10, TimeUnit.SECONDS);
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        "http://localhost:%d/api/v1/assessments"
                                                                .formatted(Gateways.port(gateway))))
                                        .header("Content-Type", "application/x-protobuf")
                                        .POST(
                                                BodyPublishers.ofByteArray(
                                                        Captures.photo("asked", 0x405060)
                                                                .toByteArray()))
                                        .build(),
                                BodyHandlers.discarding());

                Map<String, String> traces = decisions(brokers, List.of("traced", "asked"));

                assertThat(traces.get("traced")).matches("00-" + TRACE + "-[0-9a-f]{16}-0[13]");
                assertThat(traces.get("asked")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]");
                assertThat(traces.get("asked")).doesNotContain(TRACE);
                await().atMost(Duration.ofSeconds(20))
                        .untilAsserted(() -> {
                            collector.requireSpan(TRACE, "captures process");
                            collector.requireSpan(
                                    String.valueOf(traces.get("asked")).substring(3, 35),
                                    "http post /api/v1/assessments");
                        });
            }
        } finally {
            broker.destroy();
        }
    }

    /// `traceparent` of each capture's decision.
    private static Map<String, String> decisions(String brokers, List<String> captures) {
        Map<String, String> traces = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", brokers),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(Topics.DECISIONS, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> {
                        consumer.poll(Duration.ofMillis(100))
                                .forEach(decision ->
                                        traces.put(
                                                text(decision.headers().lastHeader("ce_subject")),
                                                text(
                                                        decision.headers()
                                                                .lastHeader("traceparent"))));
                        return traces.keySet().containsAll(captures);
                    });
        }
        return traces;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Header header) {
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    /// Takes what an OTLP exporter sends over HTTP, as it is.
    private static final class Collector implements AutoCloseable {

        private final HttpServer server;
        private final Queue<byte[]> exports = new ConcurrentLinkedQueue<>();

        Collector() throws IOException {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext(
                    "/v1/traces",
                    exchange -> {
                        exports.add(exchange.getRequestBody().readAllBytes());
                        exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
                        exchange.sendResponseHeaders(200, -1);
                        exchange.close();
                    });
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
        }

        /// An export carries trace ids as 16 bytes, and names as text.
        void requireSpan(String trace, String name) {
            String id = new String(HexFormat.of().parseHex(trace), StandardCharsets.ISO_8859_1);
            assertThat(exports)
                    .extracting(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
                    .as("spans of %s", trace)
                    .anyMatch(text -> text.contains(id) && text.contains(name));
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
