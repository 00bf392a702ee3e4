package io.retort.gateway.power;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.retort.contract.InvalidRecordException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// The level that was reported last and the mode that follows from it.
///
/// Energy is modelled, not measured: the processor time of the whole process times the watts that a
/// busy processor draws on top. Memory, radio, camera and what an idle board draws are not in it.
@Component
public final class Power implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Power.class);

    private final PowerSettings settings;
    private final ApplicationEventPublisher events;
    private final Clock clock;
    private final MeterRegistry meters;
    private final OperatingSystemMXBean process =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private volatile State state = new State(PowerMode.FULL, null, null, false, null);
    private volatile @Nullable Thread reading;

    public Power(
            PowerSettings settings,
            ApplicationEventPublisher events,
            Clock clock,
            MeterRegistry meters) {
        this.settings = settings;
        this.events = events;
        this.clock = clock;
        this.meters = meters;
        FunctionCounter.builder("retort.energy.modelled", this, Power::modelledJoules)
                .description("Processor time times the watts of a busy processor")
                .baseUnit("joules")
                .register(meters);
        for (PowerMode mode : PowerMode.values()) {
            Gauge.builder("retort.power.mode", this, power -> power.mode() == mode ? 1 : 0)
                    .description("1 in this mode, 0 otherwise")
                    .tag("mode", mode.tag())
                    .register(meters);
        }
        Gauge.builder("retort.power.battery", this, power -> orUnknown(power.state.battery()))
                .description("Share of the battery that is left, as reported last")
                .register(meters);
    }

    /// @param battery share that is left, from 0 to 1; null before the first report
    /// @param cpu share of the processors that the gateway may use; null for all
    public record State(
            PowerMode mode,
            @Nullable Double battery,
            @Nullable Double cpu,
            boolean charging,
            @Nullable Instant reported) {}

    public PowerMode mode() {
        return state.mode();
    }

    State state() {
        return state;
    }

    /// Takes a level over; the scarcer of both says the mode, and charging ends all thrift.
    ///
    /// @throws InvalidRecordException naming the field
    public synchronized State report(
            @Nullable Double battery, @Nullable Double cpu, boolean charging) {
        share("battery", battery);
        share("cpu", cpu);
        PowerMode before = state.mode();
        double level =
                Math.min(
                        charging ? 1 : Objects.requireNonNullElse(battery, 1.0),
                        Objects.requireNonNullElse(cpu, 1.0));
        PowerMode mode = settings.mode(level, before);
        state = new State(mode, battery, cpu, charging, clock.instant());
        if (mode != before) {
            log.info("Power is {}, at a level of {}", mode.tag(), level);
            events.publishEvent(new PowerChanged(mode));
        }
        return state;
    }

    /// Of the process since it started.
    double modelledJoules() {
        return process.getProcessCpuTime() / 1e9 * settings.wattsPerCore();
    }

    /// Times that a model has run since the gateway started.
    long inferences() {
        Timer timer = meters.find("retort.inference").timer();
        return timer == null ? 0 : timer.count();
    }

    @Override
    public void start() {
        Path battery = settings.battery();
        if (battery != null) {
            Thread thread = Thread.ofVirtual().name("battery").unstarted(() -> follow(battery));
            reading = thread;
            thread.start();
        }
    }

    @Override
    public void stop() {
        Thread running = reading;
        reading = null;
        if (running != null) {
            running.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return reading != null;
    }

    private void follow(Path battery) {
        boolean told = false;
        try {
            while (Thread.currentThread().equals(reading)) {
                try {
                    double percent = Double.parseDouble(Files.readString(battery).strip());
                    report(percent / 100, state.cpu(), state.charging());
                    told = false;
                } catch (IOException | NumberFormatException | InvalidRecordException e) {
                    if (!told) {
                        log.warn("{} tells no level: {}", battery, e.toString());
                    }
                    told = true;
                }
                Thread.sleep(settings.read());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void share(String field, @Nullable Double value) {
        if (value != null && !(value >= 0 && value <= 1)) {
            throw new InvalidRecordException(field, "is " + value + ", must be from 0 to 1");
        }
    }

    private static double orUnknown(@Nullable Double level) {
        return level == null ? Double.NaN : level;
    }
}
