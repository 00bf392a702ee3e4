package io.retort.distillation.publishing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.mock.env.MockEnvironment;

class PublishingSettingsTests {

    @Test
    void theDefaultsArePinned() {
        PublishingSettings settings =
                Binder.get(new MockEnvironment())
                        .bindOrCreate("retort.publishing", PublishingSettings.class);

        assertThat(settings)
                .isEqualTo(
                        new PublishingSettings(
                                URI.create("http://localhost:8083"),
                                Duration.ofMinutes(5),
                                Duration.ofMillis(500),
                                Duration.ofSeconds(15),
                                Duration.ofSeconds(60)));
    }
}
