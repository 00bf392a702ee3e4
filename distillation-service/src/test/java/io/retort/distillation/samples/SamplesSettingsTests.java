package io.retort.distillation.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.mock.env.MockEnvironment;

class SamplesSettingsTests {

    @Test
    void theDefaultsArePinned() {
        SamplesSettings settings =
                Binder.get(new MockEnvironment())
                        .bindOrCreate("retort.samples", SamplesSettings.class);

        assertThat(settings)
                .isEqualTo(new SamplesSettings(Path.of("data/distillation-service/samples")));
    }
}
