package io.retort.learning.training;

import io.retort.learning.model.Prediction;

/// Weights of the loss's terms; 0 switches one off.
///
/// @param supervised cross-entropy on annotated classes and squared error on annotated values
/// @param distillation temperature-scaled Kullback-Leibler divergence to the teacher's classes
///   (Hinton, Vinyals & Dean 2015) and squared error to its regressions
/// @param temperature of both softmaxes in the distillation term, whose gradient is multiplied by
///   its square
/// @param features mean squared error of the student's linearly projected fused vector to the
///   teacher's fused vector, standardised over the training set (Romero et al. 2015, eq. 3)
/// @param regression factor on every squared error of regressions, beside the term's own weight;
///   errors are shares of the head's range
public record Objective(
        double supervised,
        double distillation,
        double temperature,
        double features,
        double regression) {

    public Objective {
        for (double weight : new double[] {supervised, distillation, features, regression}) {
            if (!(weight >= 0) || Double.isInfinite(weight)) {
                throw new IllegalArgumentException(
                        "objective: a weight must be 0 or above and finite, not " + weight);
            }
        }
        if (!(temperature > 0) || Double.isInfinite(temperature)) {
            throw new IllegalArgumentException(
                    "objective: temperature must be above 0 and finite, not " + temperature);
        }
        if (supervised + distillation + features == 0) {
            throw new IllegalArgumentException("objective: every term is switched off");
        }
    }

    /// Whether a term that is on applies to the example.
    public boolean learnsFrom(Example example) {
        Knowledge knowledge = example.knowledge();
        return (supervised > 0 && example.labelled())
                || (knowledge != null
                        && ((distillation > 0 && !knowledge.heads().isEmpty())
                                || (features > 0
                                        && knowledge.features().containsKey(Prediction.FUSED))));
    }

    /// Learns from annotations alone: teachers and the no-distillation twin.
    public static Objective annotations() {
        return new Objective(1, 0, 1, 0, 2);
    }

    /// Learns from teacher and annotations; weights and temperature of the article, plus the
    /// supervised term that it lacks.
    public static Objective teacher() {
        return new Objective(0.3, 0.7, 3, 0.2, 2);
    }
}
