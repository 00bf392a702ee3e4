package io.retort.gateway.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class KeysTests {

    private final SetClock clock = new SetClock();
    private final Keys keys =
            new Keys(
                    new IdempotencySettings(
                            Duration.ofHours(24), 3, DataSize.ofBytes(10), DataSize.ofBytes(20)),
                    clock);

    @Test
    void aKeyRunsOnceAndIsThenAnswered() {
        assertThat(keys.begin("a")).isEmpty();
        assertThatExceptionOfType(IdempotencyException.class)
                .isThrownBy(() -> keys.begin("a"))
                .satisfies(
                        e -> assertThat(e.reason()).isEqualTo(IdempotencyException.Reason.RUNNING));
        assertThat(keys.begin("b")).isEmpty();
        keys.answered("a", "f", answer(5));
        assertThat(keys.begin("a").orElseThrow().fingerprint()).isEqualTo("f");
    }

    @Test
    void aKeyThatIsForgottenMayComeAgain() {
        assertThat(keys.begin("a")).isEmpty();
        keys.forget("a");
        assertThat(keys.begin("a")).isEmpty();
    }

    @Test
    void keysExpire() {
        answer("a", 5);
        clock.now = clock.now.plus(Duration.ofHours(24).minusSeconds(1));
        assertThat(keys.begin("a")).isPresent();
        answer("b", 5);
        clock.now = clock.now.plusSeconds(1);
        assertThat(keys.begin("a")).isEmpty();
        assertThat(keys.begin("b")).isPresent();
    }

    @Test
    void theOldestGoesWhereThereAreTooManyOrTooLarge() {
        answer("a", 1);
        answer("b", 1);
        answer("c", 1);
        answer("d", 1);
        assertThat(keys.begin("a")).isEmpty();
        assertThat(keys.begin("b")).isPresent();
        answer("e", 10);
        answer("f", 10);
        assertThat(keys.begin("d")).isEmpty();
        assertThat(keys.begin("e")).isPresent();
        assertThat(keys.begin("f")).isPresent();
    }

    @Test
    void theDefaultsArePinned() {
        assertThat(
                        new Binder(new MapConfigurationPropertySource(Map.of()))
                                .bindOrCreate("retort.idempotency", IdempotencySettings.class))
                .isEqualTo(
                        new IdempotencySettings(
                                Duration.ofHours(24),
                                1000,
                                DataSize.ofMegabytes(1),
                                DataSize.ofMegabytes(16)));
    }

    private void answer(String key, int bytes) {
        assertThat(keys.begin(key)).isEmpty();
        keys.answered(key, "f", answer(bytes));
    }

    private static KeptAnswer answer(int bytes) {
        return new KeptAnswer(200, Map.of(), new byte[bytes]);
    }

    private static final class SetClock extends Clock {
        private Instant now = Instant.parse("2026-03-01T10:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
