package io.retort.gateway.assessment;

import io.retort.gateway.inference.ModelSwapped;
import io.retort.gateway.inference.Models;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.stream.binder.Binding;
import org.springframework.cloud.stream.binder.BindingCreatedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/// Lets captures in once there is a model to decide with; until then they wait on the broker. The
/// binding may come into being long after the first model, where the broker was away.
@Component
final class CaptureIntake {

    private static final String CAPTURES = "decide-in-0";

    private final Models models;
    private @Nullable Binding<?> captures;

    CaptureIntake(Models models) {
        this.models = models;
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
        if (binding != null && !binding.isRunning() && models.version().isPresent()) {
            binding.start();
        }
    }
}
