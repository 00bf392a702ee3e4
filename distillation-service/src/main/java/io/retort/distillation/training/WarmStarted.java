package io.retort.distillation.training;

import io.retort.learning.model.WarmStart;
import java.util.Map;

/// What a student started from.
///
/// @param from as it was ordered: a job's id, or `model@version`
/// @param job that made the earlier student
/// @param weights digest of its weights
/// @param encoders how many of their layers were taken, by modality
public record WarmStarted(
        String from, String job, String weights, Map<String, WarmStart.Taken> encoders) {}
