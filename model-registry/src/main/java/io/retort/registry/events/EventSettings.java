package io.retort.registry.events;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param poll longest pause before the outbox is looked at; a commit here ends it at once
/// @param retry pause after the broker refused or did not answer
/// @param batch events published in one transaction; those of a crash may be published again
@ConfigurationProperties("retort.events")
record EventSettings(
        @DefaultValue("1s") Duration poll,
        @DefaultValue("2s") Duration retry,
        @DefaultValue("50") int batch) {

    EventSettings {
        if (!poll.isPositive() || !retry.isPositive() || batch < 1) {
            throw new IllegalArgumentException(
                    "retort.events: poll, retry and batch must be above 0");
        }
    }
}
