package io.retort.gateway.returns;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.retort.contract.v1.Capture;
import io.retort.gateway.fixtures.Captures;
import io.retort.gateway.outbox.Outbox;
import io.retort.gateway.outbox.OutboxSettings;
import io.retort.gateway.outbox.WhenFull;
import io.retort.gateway.power.Power;
import io.retort.gateway.power.PowerSettings;
import io.retort.tracing.TraceHeaders;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.util.unit.DataSize;

class ReturnsTests {

    private Instant now = Instant.parse("2026-03-01T10:00:00Z");
    private final InstantSource time = () -> now;
    private final Clock clock = time.withZone(ZoneOffset.UTC);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Power power =
            new Power(
                    new PowerSettings(0.5, 0.2, 0.05, null, Duration.ofHours(1), 1),
                    event -> {},
                    clock,
                    meters);
    private final Capture capture = Captures.photo("c-1", 0x123456);
    private final Outbox outbox;

    ReturnsTests(@TempDir Path folder) throws IOException {
        outbox =
                new Outbox(
                        "captures",
                        new NewTopic("captures", 1, (short) 1),
                        new OutboxSettings(
                                true,
                                folder,
                                DataSize.ofMegabytes(64),
                                DataSize.ofBytes(0),
                                WhenFull.DROP_OLDEST,
                                false),
                        new KafkaTemplate<>(new DefaultKafkaProducerFactory<>(Map.of())),
                        new KafkaAdmin(Map.of()),
                        TraceHeaders.none(),
                        meters);
    }

    @Test
    void theNovelAndTheUncertainGoBack() {
        Returns returns = returns(0, DataSize.ofMegabytes(1));
        assertThat(returns.consider(capture, 0.9, true)).contains(Reason.NOVEL);
        assertThat(returns.consider(capture, 0.49, false)).contains(Reason.UNCERTAIN);
        assertThat(returns.consider(capture, 0.5, false)).isEmpty();
        assertThat(returns.consider(capture, null, false)).isEmpty();
        assertThat(outbox.depth()).isEqualTo(2);
    }

    @Test
    void soDoesARandomSliceOfTheRest() {
        Returns returns = returns(0.1, DataSize.ofMegabytes(64));
        for (int i = 0; i < 2000; i++) {
            returns.consider(capture, 1.0, false);
        }
        // Mean 200, standard deviation 13.4.
        assertThat(outbox.depth()).isBetween(120L, 280L);
    }

    @Test
    void theBudgetComesInOverTheDay() {
        long size = capture.toByteArray().length;
        Returns returns = returns(0, DataSize.ofBytes(2 * size));
        assertThat(returns.consider(capture, 0.9, true)).isPresent();
        assertThat(returns.consider(capture, 0.9, true)).isPresent();
        assertThat(returns.consider(capture, 0.9, true)).isEmpty();
        assertThat(
                        meters.get("retort.returns")
                                .tags("reason", "novel", "outcome", "over-budget")
                                .counter()
                                .count())
                .isEqualTo(1);
        now = now.plus(Duration.ofHours(11));
        assertThat(returns.consider(capture, 0.9, true)).isEmpty();
        now = now.plus(Duration.ofHours(1).plusSeconds(1));
        assertThat(returns.consider(capture, 0.9, true)).isPresent();
        now = now.plus(Duration.ofDays(30));
        assertThat(returns.consider(capture, 0.9, true)).isPresent();
        assertThat(returns.consider(capture, 0.9, true)).isPresent();
        assertThat(returns.consider(capture, 0.9, true)).isEmpty();
    }

    @Test
    void nothingGoesBackOnTheLastOfTheBattery() {
        Returns returns = returns(1, DataSize.ofMegabytes(1));
        power.report(0.1, null, false);
        assertThat(returns.consider(capture, 0.1, true)).isEmpty();
        power.report(0.9, null, false);
        assertThat(returns.consider(capture, 0.1, true)).isPresent();
    }

    private Returns returns(double random, DataSize daily) {
        return new Returns(
                new ReturnsSettings(true, 0.5, random, daily, DataSize.ofMegabytes(64)),
                outbox,
                power,
                clock,
                meters);
    }
}
