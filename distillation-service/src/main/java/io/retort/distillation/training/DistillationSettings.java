package io.retort.distillation.training;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How students are frozen and exported.
///
/// @param snapshots folder of the frozen samples
/// @param calibration most training examples that int8 ranges are taken from
/// @param parity most training examples that the exported file is compared with the network on
/// @param workers threads that train candidates side by side
/// @param commit of the code that runs, for the provenance
/// @param variants of the network that a release holds
@ConfigurationProperties("retort.training")
record DistillationSettings(
        @DefaultValue("data/distillation-service/snapshots") Path snapshots,
        @DefaultValue("256") int calibration,
        @DefaultValue("64") int parity,
        @DefaultValue("2") int workers,
        @Nullable String commit,
        @DefaultValue VariantSettings variants) {

    DistillationSettings {
        if (calibration < 1 || parity < 1 || workers < 1) {
            throw new IllegalArgumentException(
                    "retort.training: calibration, parity and workers must be at least 1");
        }
        commit = commit == null || commit.isBlank() ? null : commit;
    }
}
