package io.retort.learning.model;

import java.util.Map;

/// What a network says of one capture.
///
/// @param heads logits of classification heads in the order of their classes, one value of
///   regression heads
/// @param features by modality present, and the fused vector under [#FUSED]
/// @param attention by image or signal modality present
public record Prediction(
        Map<String, float[]> heads,
        Map<String, float[]> features,
        Map<String, Attention> attention) {

    public static final String FUSED = "fused";

    /// Mean over channels of the squared activations of the encoder's last spatial layer, divided
    /// by its L2 norm over the map (Zagoruyko & Komodakis 2017, eq. 1); row by row.
    public record Attention(int height, int width, float[] values) {}

    /// Index of the largest value, the first of equals.
    public static int winner(float[] values) {
        int winner = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[winner]) {
                winner = i;
            }
        }
        return winner;
    }
}
