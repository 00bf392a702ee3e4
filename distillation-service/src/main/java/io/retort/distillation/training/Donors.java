package io.retort.distillation.training;

import io.retort.contract.schema.Schema;
import io.retort.distillation.progress.Run;
import io.retort.distillation.publishing.Registry;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.model.WarmStart;
import io.retort.learning.model.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Students that earlier jobs left in their folders, as starts for others. A release holds folded
/// and quantized weights alone, which nothing can be trained from.
final class Donors {

    private static final String STUDENT = "student.safetensors";

    private final Registry registry;

    Donors(Registry registry) {
        this.registry = registry;
    }

    /// What a training begins with.
    ///
    /// @param weights null where the seed alone decides, and `from` with it
    record Start(@Nullable Weights weights, @Nullable WarmStarted from) {}

    /// Leaves a job's student for others to start from.
    static void keep(Weights student, Path folder) throws IOException {
        student.save(folder.resolve(STUDENT));
    }

    /// @param folder of the job that starts; those of all others lie beside it
    /// @throws IllegalStateException where the donor's weights are not here
    Start start(Plan plan, Architecture architecture, Path folder, Run run) throws IOException {
        Donor donor = plan.donor();
        if (donor == null) {
            return new Start(null, null);
        }
        String job = job(donor, run);
        Path file = folder.resolveSibling(job).resolve(STUDENT);
        if (!Files.exists(file)) {
            throw new IllegalStateException(
                    "warmStart: job %s has left no student on this machine%s"
                            .formatted(
                                    job,
                                    switch (donor) {
                                        case Donor.OfJob _ -> "";
                                        case Donor.OfRelease release ->
                                                ", and " + release + " holds no trainable weights";
                                    }));
        }
        Weights earlier = Weights.load(file);
        WarmStart warm = WarmStart.of(architecture, plan.settings().seed(), earlier);
        return new Start(
                warm.weights(),
                new WarmStarted(donor.toString(), job, earlier.digest(), warm.encoders()));
    }

    private String job(Donor donor, Run run) {
        return switch (donor) {
            case Donor.OfJob earlier -> earlier.id();
            case Donor.OfRelease release -> {
                String job =
                        registry.provenance(release.model(), release.version(), run)
                                .path("job")
                                .asString("");
                if (job.isEmpty()) {
                    throw new IllegalStateException(
                            "warmStart: release %s does not say which job made it"
                                    .formatted(release));
                }
                Schema.requireName("warmStart", job);
                yield job;
            }
        };
    }
}
