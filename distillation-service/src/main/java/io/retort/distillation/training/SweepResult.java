package io.retort.distillation.training;

import io.retort.distillation.sweep.Row;
import java.util.List;

/// What a sweep found.
///
/// @param snapshot SHA-256 of the frozen samples
/// @param teachers versions that were learnt from
/// @param optimizerSteps of each student
/// @param rows one a student and image size, in the order of [SweepOrder#plan]
public record SweepResult(
        String snapshot,
        List<String> teachers,
        Result.Samples samples,
        long optimizerSteps,
        List<Row> rows)
        implements Outcome {

    public SweepResult {
        teachers = List.copyOf(teachers);
        rows = List.copyOf(rows);
    }
}
