package io.retort.learning.continual;

import io.retort.learning.training.Recipe;
import io.retort.learning.training.TrainingSettings;

/// How one more task is learnt.
///
/// @param recipe of the new examples and the replayed ones alike
/// @param strength of the pull to earlier weights, for importances of mean 1
/// @param fisher how importances are measured
/// @param distillation weight of the divergence from what the student said of replayed examples
///   before this task (Rebuffi et al. 2017, eq. 3); 0 for none. It stands in for a teacher's
///   answers to them
/// @param temperature of that divergence
public record ContinualSettings(
        Recipe recipe,
        TrainingSettings training,
        double strength,
        Fisher fisher,
        double distillation,
        double temperature) {

    public ContinualSettings {
        require(strength > 0 && strength <= 1e9, "strength", strength);
        require(distillation >= 0 && distillation <= 1e3, "distillation", distillation);
        require(temperature > 0 && temperature <= 100, "temperature", temperature);
    }

    /// What `./retort bench continual` measures: a firm pull where nothing else is done against
    /// forgetting, and a slight one beside replay, since a firm one keeps the student from learning
    /// the new classes.
    public static ContinualSettings usual(Strategy strategy, TrainingSettings training) {
        return new ContinualSettings(
                Recipe.annotations(),
                training,
                strategy.replays() ? 0.01 : 1,
                new Fisher(Fisher.Labels.SAMPLED, 500, training.seed()),
                1.5,
                2);
    }

    private static void require(boolean allowed, String field, double value) {
        if (!allowed) {
            throw new IllegalArgumentException(
                    "continual." + field + ": " + value + " is not allowed");
        }
    }
}
