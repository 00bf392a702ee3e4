package io.retort.learning.training;

import java.util.Map;

/// What a teacher said of one capture.
///
/// @param heads logits of classification heads, one value of regression heads
/// @param features by the teacher's modality where present, and its fused vector under "fused"
public record Knowledge(Map<String, float[]> heads, Map<String, float[]> features) {

    public Knowledge {
        heads = Map.copyOf(heads);
        features = Map.copyOf(features);
    }
}
