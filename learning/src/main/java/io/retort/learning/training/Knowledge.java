package io.retort.learning.training;

import io.retort.learning.model.Prediction;
import java.util.Map;

/// What a teacher said of one capture.
///
/// @param heads logits of classification heads, one value of regression heads
/// @param features by the teacher's modality where present, and its fused vector under "fused"
/// @param attention by the teacher's image or signal modality where present
public record Knowledge(
        Map<String, float[]> heads,
        Map<String, float[]> features,
        Map<String, Prediction.Attention> attention) {

    public Knowledge {
        heads = Map.copyOf(heads);
        features = Map.copyOf(features);
        attention = Map.copyOf(attention);
    }

    public Knowledge(Map<String, float[]> heads, Map<String, float[]> features) {
        this(heads, features, Map.of());
    }

    public static Knowledge of(Prediction prediction) {
        return new Knowledge(prediction.heads(), prediction.features(), prediction.attention());
    }
}
