package io.retort.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.distillation.export.TargetProfile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.mock.env.MockEnvironment;

class DistillationSettingsTests {

    @Test
    void theDefaultsArePinned() {
        DistillationSettings settings =
                Binder.get(new MockEnvironment())
                        .bindOrCreate("retort.training", DistillationSettings.class);

        assertThat(settings)
                .isEqualTo(
                        new DistillationSettings(
                                Path.of("data/distillation-service/snapshots"),
                                256,
                                64,
                                2,
                                null,
                                new VariantSettings(
                                        Set.of(),
                                        TargetProfile.ANY,
                                        Duration.ZERO,
                                        0.005,
                                        0.002,
                                        1,
                                        1000)));
    }
}
