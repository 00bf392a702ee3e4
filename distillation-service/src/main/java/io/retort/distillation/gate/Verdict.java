package io.retort.distillation.gate;

import io.retort.learning.evaluation.Difference;
import io.retort.learning.evaluation.Interval;
import io.retort.learning.training.Recipe;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the gate says of a job's candidates.
///
/// @param winner name of the candidate that is to be published
/// @param because in a sentence
/// @param compared the twin first; empty where there was nothing to compare on
public record Verdict(String winner, String because, List<Compared> compared) {

    public Verdict {
        compared = List.copyOf(compared);
    }

    /// The winner, to be trained on everything.
    ///
    /// @param asked for, where nothing was compared
    public Candidate candidate(Recipe asked) {
        for (Compared candidate : compared) {
            if (candidate.name().equals(winner)) {
                return new Candidate(candidate.name(), candidate.way(), candidate.recipe());
            }
        }
        return Candidate.distilled(asked);
    }

    /// One candidate in cross-validation.
    ///
    /// @param score mean over the held-out labelled captures, by group bootstrap: the share of
    ///   classes that are right, and one minus the error of regressions as a share of their range
    /// @param gain over the twin on the same captures, prediction-powered; null for the twin
    /// @param safe whether the probability of being worse than the twin is small enough
    public record Compared(
            String name,
            Candidate.Way way,
            Recipe recipe,
            Interval score,
            @Nullable Difference gain,
            boolean safe) {}
}
