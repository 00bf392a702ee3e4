package io.retort.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.gateway.fixtures.Gateways;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.kafka.test.EmbeddedKafkaBroker;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForcedBeforeCommitTests {

    private static final TopicPartition PARTITION = new TopicPartition("forced", 0);

    private final EmbeddedKafkaBroker broker = Gateways.broker();

    @BeforeAll
    void start() throws Exception {
        broker.afterPropertiesSet();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.getBrokersAsString()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            for (int i = 0; i < 3; i++) {
                producer.send(new ProducerRecord<>(PARTITION.topic(), new byte[] {1})).get();
            }
        }
    }

    @AfterAll
    void stop() {
        broker.destroy();
    }

    @Test
    void whatIsCommittedWasForcedBeforeInEveryWayToCommit() {
        List<@Nullable Long> whenForced = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> plain = consumer("ways")) {
            Consumer<byte[], byte[]> forcing =
                    new ForcedBeforeCommit(() -> whenForced.add(committed(plain))).forcing(plain);
            poll(forcing);
            assertThat(whenForced).isEmpty();
            forcing.commitSync(at(1));
            forcing.commitSync(at(2), Duration.ofSeconds(10));
            forcing.commitSync();
            assertThat(whenForced).containsExactly(null, 1L, 2L);
            assertThat(committed(plain)).isEqualTo(3);
            forcing.commitAsync(at(1), null);
            forcing.commitAsync();
            assertThat(whenForced).hasSize(5);
        }
    }

    @Test
    void nothingIsCommittedWhereTheDiskFails() {
        try (KafkaConsumer<byte[], byte[]> plain = consumer("fails")) {
            Consumer<byte[], byte[]> forcing =
                    new ForcedBeforeCommit(
                                    () -> {
                                        throw new UncheckedIOException(new IOException("no disk"));
                                    })
                            .forcing(plain);
            poll(forcing);
            assertThatThrownBy(forcing::commitSync).hasMessageContaining("no disk");
            assertThat(committed(plain)).isNull();
            // What the consumer itself throws comes as it is.
            assertThatThrownBy(() -> forcing.seek(PARTITION, -1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(String group) {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                broker.getBrokersAsString(),
                                "group.id",
                                group,
                                "enable.auto.commit",
                                "false",
                                "auto.offset.reset",
                                "earliest"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        consumer.assign(List.of(PARTITION));
        return consumer;
    }

    private static void poll(Consumer<byte[], byte[]> consumer) {
        int read = 0;
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (read < 3 && System.nanoTime() < end) {
            read += consumer.poll(Duration.ofMillis(200)).count();
        }
        assertThat(read).isEqualTo(3);
    }

    private static Map<TopicPartition, OffsetAndMetadata> at(long offset) {
        return Map.of(PARTITION, new OffsetAndMetadata(offset));
    }

    private static @Nullable Long committed(KafkaConsumer<byte[], byte[]> consumer) {
        OffsetAndMetadata committed = consumer.committed(Set.of(PARTITION)).get(PARTITION);
        return committed == null ? null : committed.offset();
    }
}
