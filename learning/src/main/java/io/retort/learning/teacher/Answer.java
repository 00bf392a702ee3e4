package io.retort.learning.teacher;

import io.retort.contract.v1.SoftTarget;
import io.retort.contract.v1.Uncertainty;
import io.retort.learning.model.Prediction;
import io.retort.learning.training.Knowledge;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a teacher says of one capture.
///
/// @param heads calibrated log probabilities of classification heads, one value of regression heads
/// @param features of the first member, whatever it learned: members have spaces of their own, of
///   which neither the mean nor a mixture means anything, while a relation between two captures'
///   features needs both in one space
/// @param attention of the first member too
/// @param uncertainty by head name
/// @param exposure what the members behind the heads learned of the capture's group
/// @param members behind the heads
public record Answer(
        Map<String, float[]> heads,
        Map<String, float[]> features,
        Map<String, Prediction.Attention> attention,
        Map<String, Uncertainty> uncertainty,
        SoftTarget.Exposure exposure,
        int members) {

    public Answer {
        heads = Collections.unmodifiableMap(new LinkedHashMap<>(heads));
        features = Collections.unmodifiableMap(new LinkedHashMap<>(features));
        attention = Collections.unmodifiableMap(new LinkedHashMap<>(attention));
        uncertainty = Collections.unmodifiableMap(new LinkedHashMap<>(uncertainty));
    }

    /// As a student learns from it.
    public Knowledge knowledge() {
        return new Knowledge(heads, features, attention);
    }
}
