package io.retort.distillation.publishing;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Where the registry is and how long it may be away.
///
/// @param patience from the first failed request to giving up
/// @param firstPause before the first retry; doubled after each
/// @param longestPause between two retries
/// @param timeout of one request, upload included
@ConfigurationProperties("retort.publishing")
record PublishingSettings(
        @DefaultValue("http://localhost:8083") URI registry,
        @DefaultValue("5m") Duration patience,
        @DefaultValue("500ms") Duration firstPause,
        @DefaultValue("15s") Duration longestPause,
        @DefaultValue("60s") Duration timeout) {

    PublishingSettings {
        if (!"http".equals(registry.getScheme()) && !"https".equals(registry.getScheme())) {
            throw new IllegalArgumentException(
                    "retort.publishing.registry: " + registry + " is no http or https URL");
        }
        if (patience.isNegative()
                || !firstPause.isPositive()
                || longestPause.compareTo(firstPause) < 0
                || !timeout.isPositive()) {
            throw new IllegalArgumentException(
                    "retort.publishing: pauses and timeout must be positive and ascend");
        }
    }
}
