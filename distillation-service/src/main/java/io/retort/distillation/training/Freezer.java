package io.retort.distillation.training;

import io.retort.distillation.progress.Run;
import io.retort.learning.samples.SampleStore;
import io.retort.learning.samples.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Keeps what a job began with, so that it goes on from the same samples after an interruption.
final class Freezer {

    private static final String FROZEN = "snapshot.path";

    private final SampleStore samples;
    private final Path snapshots;

    Freezer(SampleStore samples, Path snapshots) {
        this.samples = samples;
        this.snapshots = snapshots;
    }

    /// What the job learnt from before it was interrupted, or else what there is now.
    ///
    /// @param folder of the job
    /// @throws IllegalStateException where that is not enough
    Material material(Order order, Path folder, Run run) throws IOException {
        Path frozen = folder.resolve(FROZEN);
        Material material =
                Material.of(
                        Files.exists(frozen)
                                ? Snapshot.read(Path.of(Files.readString(frozen)))
                                : samples.samples(order.schema().name()),
                        order,
                        order.studentSchema(),
                        run);
        material.requireEnough(order);
        return material;
    }

    Snapshot freeze(Material material, Path folder) throws IOException {
        Snapshot snapshot = Snapshot.freeze(snapshots, material.samples());
        Files.writeString(folder.resolve(FROZEN), snapshot.file().toAbsolutePath().toString());
        return snapshot;
    }
}
