package io.retort.gateway.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class RolloutSettingsTests {

    @Test
    void theDefaultsArePinned() {
        Binder nothing = new Binder(new MapConfigurationPropertySource(Map.of()));
        assertThat(nothing.bindOrCreate("retort.rollout", RolloutSettings.class))
                .isEqualTo(
                        new RolloutSettings(
                                URI.create("http://localhost:8083"),
                                "student",
                                "production",
                                "int8",
                                "fp32",
                                Map.of(),
                                Path.of("data/edge-gateway/models"),
                                Duration.ofSeconds(5),
                                Duration.ofMinutes(1),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(10),
                                DataSize.ofMegabytes(256)));
    }
}
