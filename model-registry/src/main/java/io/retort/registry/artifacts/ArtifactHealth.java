package io.retort.registry.artifacts;

import io.retort.registry.problems.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/// A registry whose store is away is not ready; the log says once why, and once that it is back.
@Component("artifactsHealthIndicator")
final class ArtifactHealth implements HealthIndicator {

    private static final Logger log = LoggerFactory.getLogger(ArtifactHealth.class);

    private final ArtifactStore store;
    private volatile boolean away;

    ArtifactHealth(ArtifactStore store) {
        this.store = store;
    }

    @Override
    public Health health() {
        try {
            store.check();
            if (away) {
                away = false;
                log.info("The artifact store is back");
            }
            return Health.up().build();
        } catch (RefusedException e) {
            String reason = String.valueOf(e.getMessage());
            if (!away) {
                away = true;
                log.warn("Not ready: {}", reason);
            }
            return Health.down().withDetail("reason", reason).build();
        }
    }
}
