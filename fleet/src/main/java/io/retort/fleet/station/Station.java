package io.retort.fleet.station;

import io.retort.contract.CloudEvent;
import io.retort.contract.Limits;
import io.retort.contract.Records;
import io.retort.contract.Times;
import io.retort.contract.Topics;
import io.retort.contract.v1.Annotation;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Label;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// One sender. Records are checked against the contract before they leave, and count as sent once
/// the broker has acknowledged them.
public final class Station implements AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;
    private final String brokers;
    private final String annotator;
    private final Clock clock;
    private final AtomicInteger captures = new AtomicInteger();
    private final AtomicInteger annotations = new AtomicInteger();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    /// @param brokers host:port, several separated by commas
    public Station(String brokers, String annotator, Clock clock) {
        this.brokers = brokers;
        this.annotator = annotator;
        this.clock = clock;
        this.producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                brokers,
                                ProducerConfig.ACKS_CONFIG,
                                "all",
                                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                                Limits.RECORD_BYTES,
                                ProducerConfig.LINGER_MS_CONFIG,
                                5,
                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                10_000,
                                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                                60_000),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    public void capture(Capture capture) {
        Records.check(capture);
        CloudEvent event =
                new CloudEvent(
                        capture.getId(),
                        "/stations/" + capture.getStation(),
                        CloudEvent.CAPTURE,
                        capture.getId(),
                        Times.instant(capture.getCapturedAt()));
        send(
                Topics.CAPTURES,
                capture.getStation(),
                capture.toByteArray(),
                event,
                captures::incrementAndGet);
    }

    public void annotate(String captureId, Map<String, Label> labels) {
        Annotation annotation =
                Records.check(
                        Annotation.newBuilder()
                                .setCaptureId(captureId)
                                .setAnnotator(annotator)
                                .setAnnotatedAt(Times.timestamp(clock.instant()))
                                .putAllLabels(labels)
                                .build());
        CloudEvent event =
                new CloudEvent(
                        captureId + "/" + clock.instant(),
                        "/annotators/" + annotator,
                        CloudEvent.ANNOTATION,
                        captureId,
                        Times.instant(annotation.getAnnotatedAt()));
        send(
                Topics.ANNOTATIONS,
                captureId,
                annotation.toByteArray(),
                event,
                annotations::incrementAndGet);
    }

    /// Waits for the broker to acknowledge what was sent.
    ///
    /// @throws KafkaException when it refused something, or did not answer in time
    public void flush() {
        producer.flush();
        requireArriving();
    }

    /// Captures acknowledged.
    public int captures() {
        return captures.get();
    }

    /// Annotations acknowledged.
    public int annotations() {
        return annotations.get();
    }

    private void send(String topic, String key, byte[] value, CloudEvent event, Runnable sent) {
        requireArriving();
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value);
        event.headers()
                .forEach((name, text) ->
                        record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        Future<?> _ =
                producer.send(
                        record,
                        (_, exception) -> {
                            if (exception == null) {
                                sent.run();
                            } else {
                                failure.compareAndSet(null, exception);
                            }
                        });
    }

    /// Nothing more is sent once something did not arrive: what follows would wait as long.
    private void requireArriving() {
        Exception failed = failure.get();
        if (failed != null) {
            throw new KafkaException(
                    "%d captures and %d annotations reached %s, one did not: %s"
                            .formatted(
                                    captures.get(),
                                    annotations.get(),
                                    brokers,
                                    failed.getMessage()),
                    failed);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
