package io.retort.fleet.station;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.contract.Records;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Annotation;
import io.retort.contract.v1.Capture;
import io.retort.fleet.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class StreamCommandTests {

    @TempDir private Path folder;

    @BeforeEach
    void describe() throws IOException {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.writeString(
                data.resolve("dataset.json"),
                """
                {
                  "name": "tiny",
                  "table": "captures.csv",
                  "modalities": {
                    "spectrum": {"kind": "vector", "file": "spectra.csv", "axis": "nm"}
                  },
                  "heads": {"material": {"kind": "classification", "column": "material"}}
                }
                """);
        Files.writeString(
                data.resolve("captures.csv"),
                "id,group,material,fold\na,a,pp,0\nb,b,pet,1\nc,c,,2\n");
        Files.writeString(
                data.resolve("spectra.csv"),
                "id,1000,1100,1200\na,0.1,0.2,0.3\nb,0.4,0.5,0.6\nc,0.7,0.8,0.9\n");
    }

    @Test
    void aFolderReachesTheBrokerWithItsLabelsAndPlainHeaders() throws IOException {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
            int code =
                    new CommandLine(new StreamCommand())
                            .execute(
                                    folder.resolve("data").toString(),
                                    "--to",
                                    broker.address(),
                                    "--schema",
                                    folder.resolve("schema.json").toString());
            assertThat(code).isZero();
            Schema schema = Schema.parse(Files.readString(folder.resolve("schema.json")));
            assertThat(schema.name()).isEqualTo("tiny");
            assertThat(schema.head("material"))
                    .isEqualTo(new ClassificationHead(List.of("pet", "pp")));

            List<ConsumerRecord<byte[], byte[]>> captures = read(broker, "captures", 3);
            assertThat(captures)
                    .extracting(record -> Records.capture(record.value()).getId())
                    .containsExactly("a", "b", "c");
            Capture first = Records.capture(captures.getFirst().value());
            assertThat(first.getLabelsMap()).isEmpty();
            assertThat(first.getModalitiesOrThrow("spectrum").getVector().getValuesList())
                    .containsExactly(0.1f, 0.2f, 0.3f);
            assertThat(captures.getFirst().key())
                    .isEqualTo(first.getStation().getBytes(StandardCharsets.UTF_8));
            assertThat(header(captures.getFirst(), "ce_id")).isEqualTo("a");
            assertThat(header(captures.getFirst(), "ce_type")).isEqualTo("io.retort.capture.v1");
            assertThat(header(captures.getFirst(), "ce_specversion")).isEqualTo("1.0");

            List<Annotation> annotations =
                    read(broker, "annotations", 2).stream()
                            .map(record -> Records.annotation(record.value()))
                            .toList();
            assertThat(annotations).extracting(Annotation::getCaptureId).containsExactly("a", "b");
            assertThat(annotations.get(1).getLabelsOrThrow("material").getCategory())
                    .isEqualTo("pet");
        }
    }

    @Test
    void aBrokerThatIsNotThereIsSaidClearly() {
        StringWriter err = new StringWriter();
        CommandLine line = new CommandLine(new StreamCommand()).setErr(new PrintWriter(err, true));
        // Port 1 is reserved and nobody listens there.
        assertThat(line.execute(folder.resolve("data").toString(), "--to", "127.0.0.1:1"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("127.0.0.1:1");
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(
            EmbeddedBroker broker, String topic, int count) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", broker.address()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int i = 0; i < 20 && records.size() < count; i++) {
                consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
            }
            return records;
        }
    }
}
