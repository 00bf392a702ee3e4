package io.retort.distillation.training;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.retort.distillation.export.VariantVerdict;
import io.retort.distillation.gate.Verdict;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.samples.Snapshot;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.TrainingSettings;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Where a model comes from. The same plan over the same samples gives the same, but for the last
/// five, so that files which carry the rest can be equal bit for bit.
///
/// @param snapshot SHA-256 of the frozen samples
/// @param teachers versions that were learnt from
/// @param schema digest of the plan's schema
/// @param recipe that the published student was trained by
/// @param gate which candidate won, and by how much
/// @param warmStart what the student's encoders started from
/// @param seed also in the settings; of weights, order, dropout and augmentation
/// @param commit of the code; null where it was not told
/// @param job that made it
/// @param parityMaxAbsDiff largest difference between the network and its fp32 file
/// @param variants beside fp32, published or refused
@JsonInclude(JsonInclude.Include.NON_NULL)
record Provenance(
        String snapshot,
        Samples samples,
        List<String> teachers,
        String schema,
        String architecture,
        List<String> modalities,
        Split heldOut,
        TrainingSettings settings,
        Recipe recipe,
        Verdict gate,
        @Nullable WarmStarted warmStart,
        long seed,
        @Nullable String commit,
        Platform platform,
        @Nullable String job,
        @Nullable Instant started,
        @Nullable Instant ended,
        @Nullable Double parityMaxAbsDiff,
        @Nullable List<VariantVerdict> variants) {

    record Samples(
            int training,
            int labelled,
            int taught,
            Exposures exposures,
            int heldOut,
            int rejected) {}

    /// @param groups in order, unlike in [HeldOut]
    record Split(Set<String> groups, double share) {}

    record Platform(String java, String os, String arch) {}

    static Provenance of(
            Plan plan,
            Architecture architecture,
            Snapshot snapshot,
            Material material,
            Recipe recipe,
            Verdict gate,
            @Nullable WarmStarted warmStart,
            @Nullable String commit) {
        return new Provenance(
                snapshot.digest(),
                new Samples(
                        material.training().size(),
                        material.labelled().size(),
                        material.taught(),
                        material.exposures(),
                        material.heldOut().size(),
                        material.rejected().size()),
                List.copyOf(material.teachers()),
                plan.schema().digest(),
                architecture.name(),
                List.copyOf(plan.studentSchema().modalities().keySet()),
                new Split(new TreeSet<>(plan.heldOut().groups()), plan.heldOut().share()),
                plan.settings(),
                recipe,
                gate,
                warmStart,
                plan.settings().seed(),
                commit,
                new Platform(
                        System.getProperty("java.vm.version"),
                        System.getProperty("os.name"),
                        System.getProperty("os.arch")),
                null,
                null,
                null,
                null,
                null);
    }

    Provenance finished(
            String job,
            Instant started,
            Instant ended,
            double parity,
            List<VariantVerdict> verdicts) {
        return new Provenance(
                snapshot,
                samples,
                teachers,
                schema,
                architecture,
                modalities,
                heldOut,
                settings,
                recipe,
                gate,
                warmStart,
                seed,
                commit,
                platform,
                job,
                started,
                ended,
                parity,
                verdicts);
    }
}
