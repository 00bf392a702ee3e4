package io.retort.learning.teacher;

import io.retort.contract.Limits;
import io.retort.contract.schema.Schema;
import io.retort.learning.training.TrainingSettings;

/// How a teacher is to be trained.
///
/// @param settings of each member; the first one's seed is theirs, the others' follow from it
/// @param networks members of the ensemble, 1 to 20
/// @param workers members trained side by side; the result is the same for any number
public record TeacherPlan(Schema schema, TrainingSettings settings, int networks, int workers) {

    public TeacherPlan {
        if (networks < 1 || networks > Limits.TEACHER_MEMBERS) {
            throw new IllegalArgumentException(
                    "networks: %d is not allowed, 1 to %d are"
                            .formatted(networks, Limits.TEACHER_MEMBERS));
        }
        if (workers < 1) {
            throw new IllegalArgumentException("workers: " + workers + " is not allowed");
        }
    }
}
