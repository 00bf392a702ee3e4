package io.retort.fleet.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.contract.Topics;
import io.retort.fleet.broker.EmbeddedBroker;
import io.retort.fleet.simulation.Simulation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;

/// The services with a broker that lets in nobody without a password.
class KafkaCredentialTests {

    private static final String PLAIN =
            "org.apache.kafka.common.security.plain.PlainLoginModule required ";

    private static final Map<String, String> ASKING =
            Map.of(
                    "listener.security.protocol.map",
                    "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                    "inter.broker.listener.name",
                    "PLAINTEXT",
                    "sasl.mechanism.inter.broker.protocol",
                    "PLAIN",
                    "listener.name.plaintext.sasl.enabled.mechanisms",
                    "PLAIN",
                    "listener.name.plaintext.plain.sasl.jaas.config",
                    PLAIN
                            + "username=\"broker\" password=\"of-broker\""
                            + " user_broker=\"of-broker\" user_retort=\"of-retort\";");

    private static final Map<String, String> SHOWING =
            Map.of(
                    "security.protocol",
                    "SASL_PLAINTEXT",
                    "sasl.mechanism",
                    "PLAIN",
                    "sasl.jaas.config",
                    PLAIN + "username=\"retort\" password=\"of-retort\";");

    private final Map<Service, ConfigurableApplicationContext> services =
            new EnumMap<>(Service.class);
    private final Deque<ConfigurableApplicationContext> started = new ArrayDeque<>();

    @Test
    void everyClientOfEveryServiceShowsThePlantsCredential(@TempDir Path folder) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0, ASKING);
                Admin admin = Admin.create(with(broker, SHOWING))) {
            assertThatThrownBy(() -> nobody(broker))
                    .as("without a credential")
                    .rootCause()
                    .isInstanceOf(Exception.class);
            try {
                for (Service service : Service.values()) {
                    start(service, broker, folder);
                }
                exchange(broker, admin);
            } finally {
                while (!started.isEmpty()) {
                    started.pop().close();
                }
            }
        }
    }

    private void exchange(EmbeddedBroker broker, Admin admin) throws Exception {
        // Consumers of the binder, and its producers of dead letters.
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        with(broker, SHOWING),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            Simulation simulation = new Simulation(1, 1, Simulation.PACKAGING);
            byte[] capture = simulation.item(0).capture().toByteArray();
            producer.send(new ProducerRecord<>(Topics.CAPTURES, capture)).get();
            producer.send(new ProducerRecord<>(Topics.CAPTURES, new byte[] {1, 2, 3})).get();
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> {
                    assertThat(committed(admin, "teacher-service")).isEqualTo(2);
                    assertThat(committed(admin, "distillation-service")).isEqualTo(2);
                    assertThat(end(admin, "captures.dlq"))
                            .as("one by each of the two")
                            .isEqualTo(2);
                });
        // The gateway's clients without the binder, and its consumer, whose group has no name.
        ConfigurableApplicationContext gateway = context(Service.EDGE_GATEWAY);
        var templates = gateway.getBeansOfType(KafkaTemplate.class);
        assertThat(templates).isNotEmpty();
        for (KafkaTemplate<?, ?> template : templates.values()) {
            @SuppressWarnings("unchecked")
            var bytes = (KafkaTemplate<byte[], byte[]>) template;
            bytes.send(Topics.DECISIONS, new byte[] {1}).get(20, TimeUnit.SECONDS);
        }
        assertThat(end(admin, Topics.DECISIONS)).isEqualTo(templates.size());
        assertThat(gateway.getBean(KafkaAdmin.class).describeTopics(Topics.DECISIONS))
                .containsKey(Topics.DECISIONS);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(admin.listGroups().valid().get())
                                .extracting(group -> group.groupId())
                                .anyMatch(group -> group.startsWith("anonymous")));
        // The registry's producer.
        assertThat(
                        context(Service.MODEL_REGISTRY)
                                .getBean(StreamBridge.class)
                                .send(Topics.RELEASE_EVENTS, new byte[] {1}))
                .isTrue();
        assertThat(end(admin, Topics.RELEASE_EVENTS)).isEqualTo(1);
    }

    private void start(Service service, EmbeddedBroker broker, Path folder) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--server.port=0",
                                "--management.server.port=0",
                                "--retort.access.mode=open",
                                "--retort.data=" + folder.resolve(service.module()),
                                "--spring.cloud.stream.kafka.binder.brokers=" + broker.address(),
                                "--spring.autoconfigure.exclude="
                                        + String.join(",", service.foreignAutoConfigurations())));
        SHOWING.forEach(
                (name, value) -> arguments.add("--spring.kafka.properties." + name + "=" + value));
        ConfigurableApplicationContext context =
                service.application().run(arguments.toArray(String[]::new));
        started.push(context);
        services.put(service, context);
    }

    private ConfigurableApplicationContext context(Service service) {
        return java.util.Objects.requireNonNull(services.get(service));
    }

    private static void nobody(EmbeddedBroker broker) throws Exception {
        try (Admin admin =
                Admin.create(
                        with(
                                broker,
                                Map.of(
                                        "request.timeout.ms",
                                        "2000",
                                        "default.api.timeout.ms",
                                        "3000")))) {
            admin.listTopics().names().get();
        }
    }

    private static Map<String, Object> with(EmbeddedBroker broker, Map<String, String> further) {
        Map<String, Object> settings = new java.util.HashMap<>(further);
        settings.put("bootstrap.servers", broker.address());
        return settings;
    }

    private static long committed(Admin admin, String group) throws Exception {
        return admin
                .listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .entrySet()
                .stream()
                .filter(entry -> entry.getKey().topic().equals(Topics.CAPTURES))
                .mapToLong(entry -> entry.getValue().offset())
                .sum();
    }

    private static long end(Admin admin, String topic) throws Exception {
        TopicPartition partition = new TopicPartition(topic, 0);
        return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .get()
                .offset();
    }
}
