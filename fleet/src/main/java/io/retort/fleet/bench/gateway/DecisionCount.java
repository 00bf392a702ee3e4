package io.retort.fleet.bench.gateway;

import com.google.protobuf.InvalidProtocolBufferException;
import io.retort.contract.Topics;
import io.retort.contract.v1.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Counts the decisions of each capture, from the topic's beginning.
final class DecisionCount implements AutoCloseable {

    private final Map<String, LongAdder> byCapture = new ConcurrentHashMap<>();
    private final String prefix;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread reader;

    /// @param prefix of ids of the captures that count
    DecisionCount(String brokers, String prefix) {
        this.prefix = prefix;
        this.consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                brokers,
                                ConsumerConfig.GROUP_ID_CONFIG,
                                "bench-decisions",
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                "earliest",
                                ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                                1000,
                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                false),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        this.reader = Thread.ofPlatform().name("decisions").daemon().start(this::read);
    }

    int captures() {
        return byCapture.size();
    }

    /// Decisions beyond the first of their capture.
    long repeated() {
        return byCapture.values().stream().mapToLong(count -> count.sum() - 1).sum();
    }

    private void read() {
        try {
            consumer.subscribe(List.of(Topics.DECISIONS));
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record :
                        consumer.poll(Duration.ofMillis(200))) {
                    String id = Decision.parseFrom(record.value()).getCaptureId();
                    if (id.startsWith(prefix)) {
                        byCapture.computeIfAbsent(id, _ -> new LongAdder()).increment();
                    }
                }
            }
        } catch (WakeupException _) {
            // Closed.
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a decision cannot be read", e);
        } finally {
            consumer.close();
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            reader.join(Duration.ofSeconds(5));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
