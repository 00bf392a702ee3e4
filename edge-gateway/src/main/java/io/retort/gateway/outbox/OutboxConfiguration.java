package io.retort.gateway.outbox;

import io.micrometer.core.instrument.MeterRegistry;
import io.retort.contract.Topics;
import io.retort.tracing.TraceHeaders;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;

@Configuration(proxyBeanMethods = false)
class OutboxConfiguration {

    /// Sends as dead letters are sent, but for ever: a record that is given up would be overtaken.
    @Bean(defaultCandidate = false)
    @Qualifier("outbox")
    KafkaTemplate<byte[], byte[]> outboxKafka(ProducerFactory<byte[], byte[]> producers) {
        return new KafkaTemplate<>(
                producers.copyWithConfigurationOverride(
                        Map.of(
                                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                                true,
                                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                                Integer.MAX_VALUE)));
    }

    @Bean
    Outbox decisionOutbox(
            OutboxSettings settings,
            @Qualifier("outbox") KafkaTemplate<byte[], byte[]> kafka,
            KafkaAdmin admin,
            TraceHeaders traces,
            MeterRegistry meters)
            throws IOException {
        return new Outbox(
                "decisions",
                new NewTopic(Topics.DECISIONS, Optional.empty(), Optional.empty()),
                settings,
                kafka,
                admin,
                traces,
                meters);
    }

    @Bean
    ForcedBeforeCommit forcedBeforeCommit(@Qualifier("decisionOutbox") Outbox outbox) {
        return new ForcedBeforeCommit(outbox::force);
    }
}
