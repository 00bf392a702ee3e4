package io.retort.registry.events;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.retort.contract.CloudEvent;
import io.retort.contract.Times;
import io.retort.contract.Topics;
import io.retort.contract.v1.ReleaseEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Publishes the outbox in order, at least once: an event leaves the outbox after the broker has
/// acknowledged it. Runs on a thread of its own, so a broker that is away delays nothing else.
@Component
final class Relay implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Relay.class);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

    private final Outbox outbox;
    private final StreamBridge bridge;
    private final EventSettings settings;
    private final TransactionTemplate transactions;
    private final Counter published;
    private final Counter failures;

    private volatile @Nullable Thread thread;
    private volatile boolean stopping;

    /// Of the relay's thread alone.
    private boolean broken;

    private enum Pass {
        DONE,
        MORE,
        FAILED
    }

    Relay(
            Outbox outbox,
            StreamBridge bridge,
            EventSettings settings,
            PlatformTransactionManager transactionManager,
            MeterRegistry meters) {
        this.outbox = outbox;
        this.bridge = bridge;
        this.settings = settings;
        this.transactions = new TransactionTemplate(transactionManager);
        this.published =
                Counter.builder("retort.events.published")
                        .description("Release events that the broker acknowledged")
                        .register(meters);
        this.failures =
                Counter.builder("retort.events.failures")
                        .description("Attempts to publish that failed; the event is kept")
                        .register(meters);
        Gauge.builder("retort.events.outbox", outbox, Outbox::depth)
                .description("Release events that wait to be published")
                .register(meters);
    }

    @Override
    public void start() {
        stopping = false;
        thread = Thread.ofVirtual().name("release-events").start(this::run);
    }

    /// Never interrupts: an event on its way is brought to its end, within the producer's timeout.
    @Override
    public void stop() {
        Thread running = thread;
        if (running == null) {
            return;
        }
        stopping = true;
        outbox.wake();
        try {
            if (!running.join(LONGEST_STOP)) {
                log.warn("The broker does not answer; what it may have got is published again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread = null;
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    private void run() {
        try {
            while (!stopping) {
                switch (pass()) {
                    case DONE -> outbox.await(settings.poll());
                    case MORE -> {}
                    case FAILED -> pause(settings.retry());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// New events do not shorten the pause after a failure; stopping does.
    private void pause(Duration pause) throws InterruptedException {
        long end = System.nanoTime() + pause.toNanos();
        for (long left = pause.toNanos(); left > 0 && !stopping; left = end - System.nanoTime()) {
            outbox.await(Duration.ofNanos(left).plusMillis(1));
        }
    }

    private Pass pass() {
        try {
            return Objects.requireNonNull(transactions.execute(status -> publishBatch()));
        } catch (RuntimeException e) {
            failed(e);
            return Pass.FAILED;
        }
    }

    /// What was published before a failure still leaves the outbox with this transaction.
    private Pass publishBatch() {
        if (!outbox.claim()) {
            return Pass.DONE;
        }
        List<Outbox.Entry> entries = outbox.oldest(settings.batch());
        for (Outbox.Entry entry : entries) {
            if (stopping) {
                return Pass.DONE;
            }
            try {
                publish(entry.event());
            } catch (RuntimeException e) {
                failed(e);
                return Pass.FAILED;
            }
            outbox.remove(entry);
            published.increment();
            if (broken) {
                broken = false;
                log.info("Release events are published again");
            }
        }
        return entries.size() == settings.batch() ? Pass.MORE : Pass.DONE;
    }

    private void publish(ReleaseEvent event) {
        if (!bridge.send(Topics.RELEASE_EVENTS, message(event))) {
            throw new IllegalStateException("The event was not sent");
        }
    }

    private void failed(RuntimeException e) {
        failures.increment();
        if (!broken) {
            broken = true;
            log.warn("Release events wait in the outbox, since publishing failed", e);
        }
    }

    /// Bytes as header values reach the wire as they are, where text would be turned into JSON.
    static Message<byte[]> message(ReleaseEvent event) {
        MessageBuilder<byte[]> message =
                MessageBuilder.withPayload(event.toByteArray())
                        .setHeader(
                                KafkaHeaders.KEY,
                                event.getModel().getBytes(StandardCharsets.UTF_8));
        new CloudEvent(
                        event.getId(),
                        "/model-registry",
                        CloudEvent.RELEASE_EVENT,
                        event.getModel(),
                        Times.instant(event.getOccurredAt()))
                .headers()
                .forEach((name, value) ->
                        message.setHeader(name, value.getBytes(StandardCharsets.UTF_8)));
        return message.build();
    }
}
