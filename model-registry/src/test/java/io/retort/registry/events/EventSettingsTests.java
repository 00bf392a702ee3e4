package io.retort.registry.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class EventSettingsTests {

    @Test
    void theDefaultsAreThese() {
        EventSettings settings =
                new Binder(new MapConfigurationPropertySource(Map.of()))
                        .bindOrCreate("retort.events", EventSettings.class);
        assertThat(settings)
                .isEqualTo(new EventSettings(Duration.ofSeconds(1), Duration.ofSeconds(2), 50));
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EventSettings(Duration.ZERO, second, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EventSettings(second, Duration.ZERO, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new EventSettings(second, second, 0));
    }
}
