package io.retort.teacher.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.mock.env.MockEnvironment;

class SamplesSettingsTests {

    @Test
    void defaultsAreThese() {
        assertThat(
                        Binder.get(new MockEnvironment())
                                .bindOrCreate("retort.samples", SamplesSettings.class))
                .isEqualTo(new SamplesSettings(Path.of("data/teacher-service/samples")));
    }
}
