package io.retort.teacher.training;

import io.retort.learning.teacher.EnsembleWeights;

/// A teacher is trained and kept; from now on it is the active one.
public record TeacherTrained(Teacher teacher, EnsembleWeights weights) {}
