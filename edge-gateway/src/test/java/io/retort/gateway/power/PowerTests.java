package io.retort.gateway.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.retort.contract.InvalidRecordException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PowerTests {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private final List<Object> events = new ArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void aLevelHasToRiseSomeWayBeforeAModeEnds() {
        Power power = power(null);
        assertThat(
                        Stream.of(1.0, 0.5, 0.49, 0.54, 0.19, 0.24, 0.26, 0.54, 0.56, 0.1, 0.9)
                                .map(level -> power.report(level, null, false).mode()))
                .containsExactly(
                        PowerMode.FULL,
                        PowerMode.FULL,
                        PowerMode.ECO,
                        PowerMode.ECO,
                        PowerMode.CRITICAL,
                        PowerMode.CRITICAL,
                        PowerMode.ECO,
                        PowerMode.ECO,
                        PowerMode.FULL,
                        PowerMode.CRITICAL,
                        PowerMode.FULL);
        assertThat(events)
                .containsExactly(
                        new PowerChanged(PowerMode.ECO),
                        new PowerChanged(PowerMode.CRITICAL),
                        new PowerChanged(PowerMode.ECO),
                        new PowerChanged(PowerMode.FULL),
                        new PowerChanged(PowerMode.CRITICAL),
                        new PowerChanged(PowerMode.FULL));
    }

    @Test
    void theScarcerOfBatteryAndProcessorsCountsAndChargingFillsTheBattery() {
        Power power = power(null);
        assertThat(power.report(0.9, 0.1, false).mode()).isEqualTo(PowerMode.CRITICAL);
        assertThat(power.report(0.1, 0.9, true).mode()).isEqualTo(PowerMode.FULL);
        assertThat(power.report(null, null, false).mode()).isEqualTo(PowerMode.FULL);
        assertThat(power.state().reported()).isEqualTo(NOW);
    }

    @Test
    void whatIsNoShareIsRefusedAndChangesNothing() {
        Power power = power(null);
        power.report(0.3, null, false);
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(() -> power.report(42.0, null, false))
                .satisfies(e -> assertThat(e.field()).isEqualTo("battery"));
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(() -> power.report(0.3, Double.NaN, false))
                .satisfies(e -> assertThat(e.field()).isEqualTo("cpu"));
        assertThat(power.mode()).isEqualTo(PowerMode.ECO);
    }

    @Test
    void theSystemsOwnLevelIsFollowed(@TempDir Path folder) throws Exception {
        Path capacity = folder.resolve("capacity");
        Files.writeString(capacity, "12\n");
        Power power = power(capacity);
        power.start();
        try {
            await().until(() -> power.mode() == PowerMode.CRITICAL);
            Files.writeString(capacity, "unknown\n");
            Files.writeString(capacity, "80\n");
            await().until(() -> power.mode() == PowerMode.FULL);
        } finally {
            power.stop();
        }
    }

    @Test
    void modelledEnergyGrowsWithTheProcessorsWork() {
        Power power = power(null);
        double before = power.modelledJoules();
        long started = System.nanoTime();
        double sum = 0;
        while (System.nanoTime() - started < 200_000_000) {
            sum += Math.sin(sum + 1);
        }
        assertThat(sum).isFinite();
        assertThat(power.modelledJoules()).isGreaterThan(before);
        assertThat(meters.get("retort.energy.modelled").functionCounter().count())
                .isGreaterThan(before);
        assertThat(power.inferences()).isZero();
    }

    private Power power(@Nullable Path battery) {
        return new Power(
                new PowerSettings(0.5, 0.2, 0.05, battery, Duration.ofMillis(10), 1),
                events::add,
                Clock.fixed(NOW, ZoneOffset.UTC),
                meters);
    }
}
