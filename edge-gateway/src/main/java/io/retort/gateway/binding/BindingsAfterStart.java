package io.retort.gateway.binding;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.cloud.stream.binding.Bindable;
import org.springframework.cloud.stream.binding.BindingService;
import org.springframework.cloud.stream.binding.InputBindingLifecycle;
import org.springframework.context.ApplicationListener;

/// Binds consumers on a thread of its own once the gateway is ready, so that a broker that is away
/// delays no answer over HTTP. Stands where Spring Cloud Stream's own lifecycle would stand, which
/// asks the broker for each topic in turn before it lets the start go on.
final class BindingsAfterStart extends InputBindingLifecycle
        implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger log = LoggerFactory.getLogger(BindingsAfterStart.class);

    /// More than the settings let one question to the broker take.
    private static final Duration LAST_QUESTION = Duration.ofSeconds(5);

    private volatile boolean running;
    private volatile @Nullable Thread binding;

    BindingsAfterStart(BindingService service, Map<String, Bindable> bindables) {
        super(service, bindables);
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent ready) {
        if (!running) {
            return;
        }
        Thread thread = Thread.ofPlatform().daemon().name("bindings").unstarted(() -> bind(ready));
        binding = thread;
        thread.start();
    }

    private void bind(ApplicationReadyEvent ready) {
        try {
            super.start();
        } catch (RuntimeException e) {
            if (!running) {
                return;
            }
            log.error("The gateway cannot be bound to its topics, and is of no use to stations", e);
            AvailabilityChangeEvent.publish(
                    ready.getApplicationContext(), this, LivenessState.BROKEN);
        }
    }

    @Override
    public void stop() {
        running = false;
        Thread thread = binding;
        try {
            if (thread != null && !thread.join(LAST_QUESTION)) {
                log.warn("The broker is still being asked for topics: it is left to answer");
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        super.stop();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
