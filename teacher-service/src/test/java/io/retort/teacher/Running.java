package io.retort.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.retort.contract.CloudEvent;
import io.retort.contract.Times;
import io.retort.contract.v1.Annotation;
import io.retort.contract.v1.Capture;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The service as it runs in a plant, on topics of its own, with a client on both of its sides.
final class Running implements AutoCloseable {

    static final Duration LONG = Duration.ofSeconds(40);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String brokers;
    private final String topics;
    private final ConfigurableApplicationContext context;
    private final URI http;
    private final HttpClient client = HttpClient.newHttpClient();
    private final KafkaProducer<byte[], byte[]> producer;

    /// @param topics prefix that tells one test's topics from the others'
    /// @param further arguments
    Running(String brokers, String topics, Path data, String... further) {
        this.brokers = brokers;
        this.topics = topics;
        String bindings = "--spring.cloud.stream.bindings.";
        String kafka = "--spring.cloud.stream.kafka.bindings.";
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--server.port=0",
                                "--retort.data=" + data,
                                "--spring.cloud.stream.kafka.binder.brokers=" + brokers,
                                bindings + "captures-in-0.destination=" + topic("captures"),
                                bindings + "annotations-in-0.destination=" + topic("annotations"),
                                bindings + "soft-targets-out.destination=" + topic("soft-targets"),
                                bindings
                                        + "rejected-captures-out.destination="
                                        + topic("captures.dlq"),
                                kafka + "captures-in-0.consumer.dlq-name=" + topic("captures.dlq"),
                                kafka
                                        + "annotations-in-0.consumer.dlq-name="
                                        + topic("annotations.dlq")));
        arguments.addAll(List.of(further));
        this.context = TeacherService.application().run(arguments.toArray(String[]::new));
        WebServerApplicationContext web = (WebServerApplicationContext) context;
        int port = Objects.requireNonNull(web.getWebServer()).getPort();
        this.http = URI.create("http://localhost:" + port);
        this.producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                brokers,
                                "max.request.size",
                                24 * 1024 * 1024,
                                "linger.ms",
                                0),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    String topic(String name) {
        return topics + "-" + name;
    }

    void send(Capture capture) {
        CloudEvent event =
                new CloudEvent(
                        capture.getId(),
                        "/stations/1",
                        CloudEvent.CAPTURE,
                        capture.getId(),
                        Times.instant(capture.getCapturedAt()));
        send("captures", capture.getStation(), capture.toByteArray(), event.headers());
    }

    void send(Annotation annotation) {
        send("annotations", annotation.getCaptureId(), annotation.toByteArray(), Map.of());
    }

    void send(String name, String key, byte @Nullable [] value, Map<String, String> headers) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic(name), utf8(key), value);
        headers.forEach((header, text) -> record.headers().add(header, utf8(text)));
        try {
            producer.send(record).get();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Everything that a topic has held.
    List<ConsumerRecord<byte[], byte[]>> records(String name) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", brokers, "max.partition.fetch.bytes", 25165824),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic(name)).stream()
                            .map(p -> new TopicPartition(p.topic(), p.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (ends.entrySet().stream()
                    .anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            return records;
        }
    }

    static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
        return headers;
    }

    HttpResponse<String> request(String method, String path, byte[] body, String type) {
        return ask(
                HttpRequest.newBuilder(http.resolve(path))
                        .header("Content-Type", type)
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                        .timeout(LONG)
                        .build());
    }

    HttpResponse<String> post(String path, String json) {
        return request("POST", path, utf8(json), "application/json");
    }

    HttpResponse<String> score(Capture capture) {
        return request("POST", "/api/v1/scores", capture.toByteArray(), "application/x-protobuf");
    }

    HttpResponse<String> get(String path) {
        return ask(HttpRequest.newBuilder(http.resolve(path)).timeout(LONG).build());
    }

    HttpResponse<String> delete(String path) {
        return ask(HttpRequest.newBuilder(http.resolve(path)).DELETE().timeout(LONG).build());
    }

    private HttpResponse<String> ask(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }

    JsonNode samples() {
        return json(get("/api/v1/samples"));
    }

    void awaitSamples(int captures, int annotations) {
        await().atMost(LONG)
                .untilAsserted(() -> {
                    JsonNode samples = samples();
                    assertThat(samples.path("captures").asInt()).isEqualTo(captures);
                    assertThat(samples.path("annotations").asInt()).isEqualTo(annotations);
                });
    }

    /// Trains and waits for the end; the description.
    JsonNode train(String request) {
        HttpResponse<String> accepted = post("/api/v1/teachers", request);
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        return awaitEnd(accepted.headers().firstValue("Location").orElseThrow());
    }

    JsonNode awaitEnd(String teacher) {
        await().atMost(LONG)
                .until(() -> !json(get(teacher)).path("state").asString().equals("training"));
        return json(get(teacher));
    }

    /// Waits until the teacher has gone over every capture of its schema.
    JsonNode awaitScored(String version) {
        await().atMost(LONG)
                .until(() -> {
                    JsonNode samples = samples();
                    return samples.path("teacher").asString().equals(version)
                            && samples.path("waiting").asInt() == 0;
                });
        return samples();
    }

    @Override
    public void close() {
        producer.close();
        client.close();
        context.close();
    }
}
