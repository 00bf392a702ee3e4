package io.retort.gateway.rollout;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/// Up while a model serves, whatever the last rollout did; that is in the details.
@Component
final class ModelHealthIndicator implements HealthIndicator {

    private final Rollout rollout;

    ModelHealthIndicator(Rollout rollout) {
        this.rollout = rollout;
    }

    @Override
    public Health health() {
        RolloutState state = rollout.state();
        Health.Builder health = state.loaded() ? Health.up() : Health.outOfService();
        health.withDetail("model", state.model());
        if (state.version() != null && state.digest() != null) {
            health.withDetail("version", state.version()).withDetail("digest", state.digest());
        }
        if (state.lastCheck() != null) {
            health.withDetail("lastCheck", state.lastCheck());
        }
        RolloutState.Problem problem = state.lastProblem();
        if (problem != null && !problem.solved()) {
            health.withDetail("problem", problem.reason().tag() + ": " + problem.detail());
        }
        return health.build();
    }
}
