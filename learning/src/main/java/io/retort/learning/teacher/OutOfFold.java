package io.retort.learning.teacher;

import io.retort.learning.evaluation.Evaluation;
import io.retort.learning.evaluation.Reliability;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// How a teacher's members fared on the annotated examples that they did not learn from: single
/// members, each fitted on fewer labels than there are, so the ensemble as a rule fares better.
///
/// @param evaluation of the examples in folds
/// @param calibration by classification head
public record OutOfFold(Evaluation evaluation, Map<String, Calibration> calibration) {

    public OutOfFold {
        calibration = Collections.unmodifiableMap(new LinkedHashMap<>(calibration));
    }

    /// Whether answers are as likely as they say, with and without the temperature.
    ///
    /// @param temperature fitted on all examples in folds, which is the one that the teacher uses
    /// @param before at temperature 1
    /// @param after each fold at the temperature that the other folds make, so that no example had
    ///   a say in its own
    public record Calibration(double temperature, Reliability before, Reliability after) {}

    /// By classification head.
    Map<String, Double> temperatures() {
        Map<String, Double> temperatures = new TreeMap<>();
        calibration.forEach((head, own) -> temperatures.put(head, own.temperature()));
        return temperatures;
    }
}
