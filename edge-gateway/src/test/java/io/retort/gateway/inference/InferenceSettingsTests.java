package io.retort.gateway.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class InferenceSettingsTests {

    @Test
    void theDefaultsArePinned() {
        Binder nothing = new Binder(new MapConfigurationPropertySource(Map.of()));
        assertThat(nothing.bindOrCreate("retort.inference", InferenceSettings.class))
                .isEqualTo(new InferenceSettings(1, 0, 64, Duration.ofSeconds(2)));
    }
}
