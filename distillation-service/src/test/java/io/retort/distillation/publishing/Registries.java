package io.retort.distillation.publishing;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.retort.access.Credential;
import io.retort.access.Trust;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import tools.jackson.databind.json.JsonMapper;

/// Makes clients for the tests of other packages.
public final class Registries {

    private Registries() {}

    /// A client that asks often and gives up after the patience.
    public static Registry at(URI url, Duration patience) {
        return at(url, patience, new SimpleMeterRegistry());
    }

    static Registry at(URI url, Duration patience, SimpleMeterRegistry meters) {
        return new Registry(
                new PublishingSettings(
                        url,
                        patience,
                        Duration.ofMillis(20),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(10)),
                JsonMapper.builder().build(),
                Clock.systemUTC(),
                meters,
                Credential.none(),
                Trust.usual());
    }
}
