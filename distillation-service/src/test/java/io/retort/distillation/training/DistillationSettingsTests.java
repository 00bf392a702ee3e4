package io.retort.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.distillation.export.Calibrator;
import io.retort.distillation.export.TargetProfile;
import io.retort.distillation.export.Variant;
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
                                        Calibrator.MSE,
                                        TargetProfile.ANY,
                                        Duration.ZERO,
                                        0.005,
                                        0.002,
                                        1,
                                        0.25,
                                        1000)));
    }

    @Test
    void variantsAreChosenByName() {
        DistillationSettings settings =
                Binder.get(
                                new MockEnvironment()
                                        .withProperty(
                                                "retort.training.variants.further", "fp16,dynamic")
                                        .withProperty(
                                                "retort.training.variants.calibrator", "min-max")
                                        .withProperty(
                                                "retort.training.variants.target", "x86-vnni"))
                        .bind("retort.training", DistillationSettings.class)
                        .get();

        assertThat(settings.variants().further()).containsOnly(Variant.FP16, Variant.DYNAMIC);
        assertThat(settings.variants().calibrator()).isEqualTo(Calibrator.MIN_MAX);
        assertThat(settings.variants().target()).isEqualTo(TargetProfile.X86_VNNI);
    }
}
