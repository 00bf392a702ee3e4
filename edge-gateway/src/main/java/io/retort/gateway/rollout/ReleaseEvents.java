package io.retort.gateway.rollout;

import io.retort.contract.Records;
import io.retort.contract.v1.ReleaseEvent;
import org.springframework.stereotype.Component;

/// Hears that the alias has moved before the next poll would.
@Component
final class ReleaseEvents {

    private final RolloutSettings settings;
    private final Rollout rollout;

    ReleaseEvents(RolloutSettings settings, Rollout rollout) {
        this.settings = settings;
        this.rollout = rollout;
    }

    void accept(byte[] value) {
        ReleaseEvent event = Records.releaseEvent(value);
        if (event.getModel().equals(settings.model())
                && event.hasAliasMoved()
                && event.getAliasMoved().getAlias().equals(settings.alias())) {
            rollout.nudge();
        }
    }
}
