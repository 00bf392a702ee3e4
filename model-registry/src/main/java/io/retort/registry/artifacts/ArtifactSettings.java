package io.retort.registry.artifacts;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// @param folder where the files lie; one registry at a time writes to it
/// @param largest largest artifact that is accepted
/// @param scrubEvery pause between two passes that read every file to find damage
@ConfigurationProperties("retort.artifacts")
record ArtifactSettings(
        Path folder,
        @DefaultValue("1GB") DataSize largest,
        @DefaultValue("7d") Duration scrubEvery) {

    ArtifactSettings {
        if (largest.toBytes() < 1) {
            throw new IllegalArgumentException("retort.artifacts.largest must be above 0");
        }
        if (!scrubEvery.isPositive()) {
            throw new IllegalArgumentException("retort.artifacts.scrub-every must be above 0");
        }
    }
}
