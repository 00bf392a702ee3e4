package io.retort.fleet.running;

import com.google.protobuf.Message;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// Keeps the last record of each of a run's captures, counting repeats. Reads a topic from a little
/// before it started, since a fleet that has run for long may hold more than one wants to read.
public final class TopicWatch<M extends Message> implements AutoCloseable {

    /// Further back than clocks of different machines may differ.
    private static final Duration FROM = Duration.ofMinutes(10);

    private final String topic;
    private final Function<byte[], M> parser;
    private final Function<M, String> captureId;
    private final Predicate<String> captures;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, M> byCapture = new ConcurrentHashMap<>();
    private final AtomicInteger repeated = new AtomicInteger();
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private final Thread reader;

    private TopicWatch(
            String brokers,
            String topic,
            Function<byte[], M> parser,
            Function<M, String> captureId,
            Predicate<String> captures) {
        this.topic = topic;
        this.parser = parser;
        this.captureId = captureId;
        this.captures = captures;
        this.consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                brokers,
                                ConsumerConfig.GROUP_ID_CONFIG,
                                "watch-" + topic + "-" + UUID.randomUUID(),
                                // Never needed: Beginnings says where to read from.
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                "none",
                                ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                                1000,
                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                false),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        this.reader = Thread.ofPlatform().name("watch-" + topic).daemon().unstarted(this::read);
    }

    /// @param captures ids of those that count; other records are passed over
    public static <M extends Message> TopicWatch<M> start(
            String brokers,
            String topic,
            Function<byte[], M> parser,
            Function<M, String> captureId,
            Predicate<String> captures) {
        TopicWatch<M> watch = new TopicWatch<>(brokers, topic, parser, captureId, captures);
        watch.reader.start();
        return watch;
    }

    /// Captures seen.
    public int captures() {
        RuntimeException failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("topic " + topic + " could not be read", failed);
        }
        return byCapture.size();
    }

    /// Records beyond the first of their capture.
    public int repeated() {
        return repeated.get();
    }

    public boolean has(String captureId) {
        return byCapture.containsKey(captureId);
    }

    public M of(String captureId) {
        return Objects.requireNonNull(
                byCapture.get(captureId), () -> topic + " has nothing about " + captureId);
    }

    private void read() {
        try {
            consumer.subscribe(List.of(topic), new Beginnings());
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record :
                        consumer.poll(Duration.ofMillis(200))) {
                    M message = parser.apply(record.value());
                    String id = captureId.apply(message);
                    if (captures.test(id) && byCapture.put(id, message) != null) {
                        repeated.incrementAndGet();
                    }
                }
            }
        } catch (WakeupException _) {
            // Closed.
        } catch (RuntimeException e) {
            failure.set(e);
        } finally {
            consumer.close();
        }
    }

    /// Where partitions are read from: where they were left, or from a while ago. The client's own
    /// `auto.offset.reset=by_duration` looks up to half a minute too late at a partition that was
    /// empty when it came.
    private final class Beginnings implements ConsumerRebalanceListener {

        private final Map<TopicPartition, Long> left = new HashMap<>();

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> left.put(partition, consumer.position(partition)));
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            // The ends first: what comes in between is found by its time.
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long from = System.currentTimeMillis() - FROM.toMillis();
            Map<TopicPartition, Long> times = new HashMap<>();
            partitions.forEach(partition -> times.put(partition, from));
            Map<TopicPartition, @Nullable OffsetAndTimestamp> found =
                    new HashMap<>(consumer.offsetsForTimes(times));
            for (TopicPartition partition : partitions) {
                OffsetAndTimestamp first = found.get(partition);
                long begin = first == null ? ends.getOrDefault(partition, 0L) : first.offset();
                consumer.seek(partition, left.getOrDefault(partition, begin));
            }
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
