package io.retort.registry.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class ArtifactSettingsTests {

    @Test
    void theDefaultsAreThese() {
        ArtifactSettings settings =
                new Binder(
                                new MapConfigurationPropertySource(
                                        Map.of("retort.artifacts.folder", "data/artifacts")))
                        .bind("retort.artifacts", ArtifactSettings.class)
                        .get();
        assertThat(settings)
                .isEqualTo(
                        new ArtifactSettings(
                                Path.of("data/artifacts"),
                                DataSize.ofGigabytes(1),
                                Duration.ofDays(7)));
    }
}
