package io.retort.gateway.assessment;

import io.retort.gateway.inference.ModelSwapped;
import io.retort.gateway.inference.Models;
import io.retort.gateway.outbox.Outbox;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.stream.binder.Binding;
import org.springframework.cloud.stream.binder.BindingCreatedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/// Lets captures in once there is a model to decide with; until then they wait on the broker, and
/// for ever where decisions have no way out. The binding may come into being long after the first
/// model, where the broker was away.
@Component
final class CaptureIntake {

    private static final String CAPTURES = "decide-in-0";

    private final Models models;
    private final Outbox outbox;
    private @Nullable Binding<?> captures;

    CaptureIntake(Models models, Outbox outbox) {
        this.models = models;
        this.outbox = outbox;
    }

    @EventListener
    synchronized void bound(BindingCreatedEvent event) {
        if (event.getSource() instanceof Binding<?> binding
                && CAPTURES.equals(binding.getBindingName())) {
            captures = binding;
            open();
        }
    }

    @EventListener(ModelSwapped.class)
    synchronized void open() {
        Binding<?> binding = captures;
        if (binding != null
                && !binding.isRunning()
                && outbox.enabled()
                && models.version().isPresent()) {
            binding.start();
        }
    }
}
