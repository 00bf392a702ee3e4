package io.retort.gateway.returns;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.retort.contract.CloudEvent;
import io.retort.contract.v1.Capture;
import io.retort.gateway.outbox.Outbox;
import io.retort.gateway.outbox.OutboxFullException;
import io.retort.gateway.power.Power;
import io.retort.gateway.power.PowerMode;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/// Sends captures that came over REST on to `captures`, where teachers label them: those that are
/// novel or uncertain, and a few others, as many as the byte budget bears. None in power mode
/// critical. A capture that cannot be kept is let go: its decision stands.
@Component
public final class Returns {

    private static final Logger log = LoggerFactory.getLogger(Returns.class);
    private static final String SOURCE = "/edge-gateway";

    private final ReturnsSettings settings;
    private final Outbox outbox;
    private final Power power;
    private final ByteBudget budget;
    private final Clock clock;
    private final MeterRegistry meters;

    public Returns(
            ReturnsSettings settings,
            @Qualifier("captureOutbox") Outbox outbox,
            Power power,
            Clock clock,
            MeterRegistry meters) {
        this.settings = settings;
        this.outbox = outbox;
        this.power = power;
        this.clock = clock;
        this.meters = meters;
        this.budget = new ByteBudget(settings.daily().toBytes(), clock);
    }

    /// @param confidence of its likeliest class; null where nothing classifies it
    /// @return why it was sent back, if it was
    public Optional<Reason> consider(Capture capture, @Nullable Double confidence, boolean novel) {
        Reason reason = reason(confidence, novel);
        if (reason == null
                || !settings.enabled()
                || !outbox.enabled()
                || power.mode() == PowerMode.CRITICAL) {
            return Optional.empty();
        }
        if (!budget.take(capture.getSerializedSize())) {
            count(reason, "over-budget");
            return Optional.empty();
        }
        try {
            outbox.put(
                    new CloudEvent(
                            capture.getId(),
                            SOURCE,
                            CloudEvent.CAPTURE,
                            capture.getId(),
                            clock.instant()),
                    capture.getStation(),
                    capture.toByteArray());
        } catch (OutboxFullException | UncheckedIOException e) {
            count(reason, "lost");
            log.debug("Capture {} cannot be sent back", capture.getId(), e);
            return Optional.empty();
        }
        count(reason, "sent");
        return Optional.of(reason);
    }

    private @Nullable Reason reason(@Nullable Double confidence, boolean novel) {
        if (novel) {
            return Reason.NOVEL;
        }
        if (confidence != null && confidence < settings.uncertainBelow()) {
            return Reason.UNCERTAIN;
        }
        return ThreadLocalRandom.current().nextDouble() < settings.random() ? Reason.RANDOM : null;
    }

    private void count(Reason reason, String outcome) {
        Counter.builder("retort.returns")
                .description(
                        "Captures that a next student should learn from, by what became of them")
                .tag("reason", reason.tag())
                .tag("outcome", outcome)
                .register(meters)
                .increment();
    }
}
