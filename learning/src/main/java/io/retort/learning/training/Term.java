package io.retort.learning.training;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.retort.contract.InvalidRecordException;
import io.retort.learning.model.Prediction;

/// One part of a [Recipe]'s loss. Each is a mean over the rows of a batch that it applies to, so a
/// batch with few annotations weighs them as a batch with many.
///
/// `teacher` names what of the teacher a term attends to: a modality's encoder, or `fused`.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Term.Annotations.class, name = "annotations"),
    @JsonSubTypes.Type(value = Term.Divergence.class, name = "divergence"),
    @JsonSubTypes.Type(value = Term.DecoupledDivergence.class, name = "decoupled-divergence"),
    @JsonSubTypes.Type(value = Term.Regressions.class, name = "regressions"),
    @JsonSubTypes.Type(value = Term.Features.class, name = "features"),
    @JsonSubTypes.Type(value = Term.Attention.class, name = "attention"),
    @JsonSubTypes.Type(value = Term.Distance.class, name = "distance"),
    @JsonSubTypes.Type(value = Term.Angle.class, name = "angle"),
    @JsonSubTypes.Type(value = Term.Contrast.class, name = "contrast")
})
public sealed interface Term {

    /// Above 0; a term that should not count is left out.
    double weight();

    Schedule schedule();

    /// As in JSON, with what of the teacher it attends to; a recipe holds one term of a name.
    default String name() {
        return switch (this) {
            case Annotations _ -> "annotations";
            case Divergence _ -> "divergence";
            case DecoupledDivergence _ -> "decoupled-divergence";
            case Regressions _ -> "regressions";
            case Features t -> "features " + t.teacher();
            case Attention t -> "attention " + t.teacher();
            case Distance t -> "distance " + t.teacher();
            case Angle t -> "angle " + t.teacher();
            case Contrast t -> "contrast " + t.teacher();
        };
    }

    /// Cross-entropy on annotated classes, and `regressions` times the squared error on annotated
    /// values, as shares of the head's range.
    record Annotations(double weight, double regressions, Schedule schedule) implements Term {
        public Annotations {
            requireWeight(weight);
            requireAtLeast("regressions", regressions, 0);
        }
    }

    /// [io.retort.learning.loss.Divergence] to the teacher's classes.
    record Divergence(double weight, double temperature, Schedule schedule) implements Term {
        public Divergence {
            requireWeight(weight);
            requireAbove("temperature", temperature, 0);
        }
    }

    /// [io.retort.learning.loss.DecoupledDivergence] to the teacher's classes. The target class is
    /// the annotated one, else the teacher's most probable.
    record DecoupledDivergence(
            double weight, double temperature, double alpha, double beta, Schedule schedule)
            implements Term {
        public DecoupledDivergence {
            requireWeight(weight);
            requireAbove("temperature", temperature, 0);
            requireAtLeast("alpha", alpha, 0);
            requireAtLeast("beta", beta, 0);
            if (alpha + beta == 0) {
                throw new InvalidRecordException("alpha", "alpha and beta are both 0");
            }
        }
    }

    /// Squared error to the teacher's regressions, as shares of the head's range.
    record Regressions(double weight, Schedule schedule) implements Term {
        public Regressions {
            requireWeight(weight);
        }
    }

    /// [io.retort.learning.loss.FeatureMatching] of the student's fused vector to the teacher's
    /// features, standardised over the training set.
    record Features(double weight, String teacher, Schedule schedule) implements Term {
        public Features {
            requireWeight(weight);
            requireName("teacher", teacher);
        }
    }

    /// [io.retort.learning.loss.AttentionTransfer] from the teacher's encoder to the student's.
    record Attention(double weight, String teacher, String student, Schedule schedule)
            implements Term {
        public Attention {
            requireWeight(weight);
            requireName("teacher", teacher);
            requireName("student", student);
            if (teacher.equals(Prediction.FUSED)) {
                throw new InvalidRecordException(
                        "teacher", "the fused vector has no attention map; name a modality");
            }
        }
    }

    /// [io.retort.learning.loss.RelationalDistance] between the rows of a batch.
    record Distance(double weight, String teacher, Schedule schedule) implements Term {
        public Distance {
            requireWeight(weight);
            requireName("teacher", teacher);
        }
    }

    /// [io.retort.learning.loss.RelationalAngle] between the rows of a batch.
    record Angle(double weight, String teacher, Schedule schedule) implements Term {
        public Angle {
            requireWeight(weight);
            requireName("teacher", teacher);
        }
    }

    /// [io.retort.learning.loss.Contrast] between projections of the student's fused vector and of
    /// the teacher's features, each to `width` values.
    ///
    /// @param temperature at the start where `learnable`
    /// @param memory earlier teacher projections kept as negatives
    record Contrast(
            double weight,
            String teacher,
            int width,
            double temperature,
            boolean learnable,
            int memory,
            Schedule schedule)
            implements Term {

        private static final int LARGEST_MEMORY = 65_536;

        public Contrast {
            requireWeight(weight);
            requireName("teacher", teacher);
            requireAbove("temperature", temperature, 0);
            if (width < 2 || width > 4096) {
                throw new InvalidRecordException("width", width + " is not in 2 to 4096");
            }
            if (memory < 0 || memory > LARGEST_MEMORY) {
                throw new InvalidRecordException(
                        "memory", memory + " is not in 0 to " + LARGEST_MEMORY);
            }
        }
    }

    private static void requireWeight(double weight) {
        requireAbove("weight", weight, 0);
    }

    private static void requireAbove(String field, double value, double limit) {
        if (!(value > limit) || Double.isInfinite(value)) {
            throw new InvalidRecordException(
                    field, "%s is not above %s and finite".formatted(value, limit));
        }
    }

    private static void requireAtLeast(String field, double value, double limit) {
        if (!(value >= limit) || Double.isInfinite(value)) {
            throw new InvalidRecordException(
                    field, "%s is not at least %s and finite".formatted(value, limit));
        }
    }

    private static void requireName(String field, String name) {
        if (name.isBlank()) {
            throw new InvalidRecordException(field, "is blank");
        }
    }
}
