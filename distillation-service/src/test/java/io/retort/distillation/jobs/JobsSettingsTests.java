package io.retort.distillation.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.mock.env.MockEnvironment;

class JobsSettingsTests {

    @Test
    void theDefaultsArePinned() {
        JobsSettings settings =
                Binder.get(new MockEnvironment()).bindOrCreate("retort.jobs", JobsSettings.class);

        assertThat(settings)
                .isEqualTo(
                        new JobsSettings(
                                Path.of("data/distillation-service/jobs"),
                                100,
                                Duration.ofSeconds(15),
                                Duration.ofSeconds(20)));
    }
}
