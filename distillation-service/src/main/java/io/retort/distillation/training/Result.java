package io.retort.distillation.training;

import io.retort.distillation.evaluation.Comparison;
import io.retort.distillation.export.VariantVerdict;
import io.retort.distillation.gate.Verdict;
import io.retort.distillation.publishing.Artifact;
import io.retort.learning.training.Recipe;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a job made.
///
/// @param version in the registry; null until published
/// @param alias that points to the version; null where none was asked for
/// @param snapshot SHA-256 of the frozen samples
/// @param teachers versions that were learnt from
/// @param optimizerSteps of the student, and of the twin as well
/// @param student name of the family's member
/// @param recipe that the published student was trained by
/// @param gate which candidate won, and by how much
/// @param warmStart what the student's encoders started from; null where the seed alone decided
/// @param parameters trainable values of the student
/// @param macs multiply-accumulates of the student for one capture
/// @param parityMaxAbsDiff largest difference between the network and its fp32 file
/// @param variants beside fp32, published or refused; none where a job kept from earlier lacks them
public record Result(
        String model,
        @Nullable Integer version,
        @Nullable String alias,
        String snapshot,
        List<String> teachers,
        Samples samples,
        long optimizerSteps,
        String student,
        Recipe recipe,
        Verdict gate,
        @Nullable WarmStarted warmStart,
        Comparison evaluation,
        long parameters,
        long macs,
        Artifact fp32,
        Artifact int8,
        double parityMaxAbsDiff,
        List<VariantVerdict> variants)
        implements Outcome {

    /// @param used in training or evaluation, which is what the snapshot holds
    /// @param labelled training examples with a label
    /// @param taught training examples with a soft target
    /// @param exposures what the teachers had learned of those
    /// @param heldOut labelled examples that were examined on
    /// @param unused fit, but carried nothing to learn from or to be examined by
    /// @param rejected the first of those that do not fit the schema
    public record Samples(
            int used,
            int training,
            int labelled,
            int taught,
            Exposures exposures,
            int heldOut,
            int unused,
            int rejectedCount,
            List<Rejection> rejected) {

        private static final int MOST_LISTED = 100;

        public Samples {
            rejected = List.copyOf(rejected);
        }

        static Samples of(Material material) {
            return new Samples(
                    material.samples().size(),
                    material.training().size(),
                    material.labelled().size(),
                    material.taught(),
                    material.exposures(),
                    material.heldOut().size(),
                    material.unused(),
                    material.rejected().size(),
                    material.rejected().stream().limit(MOST_LISTED).toList());
        }
    }

    public Result {
        teachers = List.copyOf(teachers);
        variants = variants == null ? List.of() : List.copyOf(variants);
    }

    Result published(int version, @Nullable String alias) {
        return new Result(
                model,
                version,
                alias,
                snapshot,
                teachers,
                samples,
                optimizerSteps,
                student,
                recipe,
                gate,
                warmStart,
                evaluation,
                parameters,
                macs,
                fp32,
                int8,
                parityMaxAbsDiff,
                variants);
    }
}
