package io.retort.distillation.gate;

import com.fasterxml.jackson.annotation.JsonValue;
import io.retort.learning.training.Recipe;
import java.util.Locale;

/// One way to train a student.
///
/// @param name as in verdicts
/// @param recipe of the last training where a way has two
public record Candidate(String name, Way way, Recipe recipe) {

    /// Where a student's knowledge comes from.
    public enum Way {
        /// From annotations alone.
        TWIN,
        /// From annotations, and from what a twin says of captures without any.
        SELF_TRAINING,
        /// From annotations and a teacher.
        DISTILLED;

        @JsonValue
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public static Candidate twin() {
        return new Candidate(Way.TWIN.toString(), Way.TWIN, Recipe.annotations());
    }

    /// Soft pseudo-labels at temperature 1, on augmented captures (Lee 2013; Xie et al. 2020): what
    /// the unlabelled captures give without any teacher.
    public static Candidate selfTraining() {
        return new Candidate(
                Way.SELF_TRAINING.toString(),
                Way.SELF_TRAINING,
                Recipe.parse(
                        """
                        {name: self-training, terms: [{kind: annotations, weight: 0.5},
                        {kind: divergence, weight: 0.5, temperature: 1},
                        {kind: regressions, weight: 1}]}
                        """));
    }

    public static Candidate distilled(Recipe recipe) {
        return new Candidate(recipe.name(), Way.DISTILLED, recipe);
    }

    /// The name with nothing that a file system could mind.
    String fileName() {
        return name.replaceAll("[^A-Za-z0-9]+", "-");
    }
}
