package io.retort.fleet.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.contract.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTests {

    @Test
    void keepsRecordsOfTheLargestSizeOverARestart(@TempDir Path folder) throws Exception {
        byte[] large = new byte[Limits.RECORD_BYTES - 1024];
        large[large.length - 1] = 7;
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0);
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(
                                Map.of(
                                        "bootstrap.servers",
                                        broker.address(),
                                        "max.request.size",
                                        Limits.RECORD_BYTES),
                                new ByteArraySerializer(),
                                new ByteArraySerializer())) {
            assertThat(producer.send(new ProducerRecord<>("captures", large)).get().offset())
                    .isZero();
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0);
                KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(
                                Map.of("bootstrap.servers", broker.address()),
                                new ByteArrayDeserializer(),
                                new ByteArrayDeserializer())) {
            TopicPartition captures = new TopicPartition("captures", 0);
            consumer.assign(List.of(captures));
            consumer.seekToBeginning(List.of(captures));
            assertThat(consumer.poll(Duration.ofSeconds(20)).records(captures))
                    .singleElement()
                    .satisfies(record -> assertThat(record.value()).isEqualTo(large));
        }
    }
}
