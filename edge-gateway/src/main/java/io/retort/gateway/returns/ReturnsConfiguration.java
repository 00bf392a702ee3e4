package io.retort.gateway.returns;

import io.micrometer.core.instrument.MeterRegistry;
import io.retort.contract.Topics;
import io.retort.gateway.outbox.Outbox;
import io.retort.gateway.outbox.OutboxSettings;
import io.retort.gateway.outbox.WhenFull;
import io.retort.tracing.TraceHeaders;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.util.unit.DataSize;

@Configuration(proxyBeanMethods = false)
class ReturnsConfiguration {

    /// Captures may be dropped: others will come. Decisions may not.
    @Bean(defaultCandidate = false)
    Outbox captureOutbox(
            ReturnsSettings settings,
            OutboxSettings decisions,
            @Qualifier("outbox") KafkaTemplate<byte[], byte[]> kafka,
            KafkaAdmin admin,
            TraceHeaders traces,
            MeterRegistry meters)
            throws IOException {
        return new Outbox(
                "captures",
                new NewTopic(Topics.CAPTURES, Optional.empty(), Optional.empty())
                        .configs(Map.of("max.message.bytes", "25165824")),
                new OutboxSettings(
                        decisions.enabled() && settings.enabled(),
                        decisions.folder(),
                        settings.waiting(),
                        DataSize.ofBytes(0),
                        WhenFull.DROP_OLDEST,
                        false),
                kafka,
                admin,
                traces,
                meters);
    }
}
