package io.retort.gateway;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/// The same with the broker that operators run, from the image that they pull. The variable
/// `RETORT_TEST_KAFKA_IMAGE` replaces it.
@Tag("containers")
@EnabledIf(
        value = "engine",
        disabledReason = "no Docker engine is reachable, so nothing runs in containers")
class CaptureStreamContainerTests extends CaptureStreamTests {

    static boolean engine() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    @Override
    Broker broker() {
        String image =
                System.getenv().getOrDefault("RETORT_TEST_KAFKA_IMAGE", "apache/kafka:4.1.0");
        KafkaContainer container =
                new KafkaContainer(
                        DockerImageName.parse(image).asCompatibleSubstituteFor("apache/kafka"));
        container.start();
        return new Broker(container.getBootstrapServers(), container::stop);
    }
}
