package io.retort.learning.training;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Standardises one kind of a teacher's features by their mean and deviation over the training
/// examples, so that a term has the same size for every teacher. A constant dimension becomes
/// zeros.
final class FeatureScale {

    private final String name;
    private final float[] mean;
    private final float[] inverseDeviation;

    /// @param name a teacher's modality, or its fused vector's
    FeatureScale(String name, List<Example> examples) {
        this.name = name;
        List<float[]> vectors =
                examples.stream().map(this::features).filter(Objects::nonNull).toList();
        int width = vectors.isEmpty() ? 0 : vectors.getFirst().length;
        double[] sum = new double[width];
        double[] squares = new double[width];
        for (float[] vector : vectors) {
            if (vector.length != width) {
                throw new IllegalArgumentException(
                        "teachers of different widths, %d and %d, cannot be learnt from together"
                                .formatted(width, vector.length));
            }
            for (int i = 0; i < width; i++) {
                sum[i] += vector[i];
                squares[i] += (double) vector[i] * vector[i];
            }
        }
        mean = new float[width];
        inverseDeviation = new float[width];
        for (int i = 0; i < width; i++) {
            double m = sum[i] / vectors.size();
            double variance = squares[i] / vectors.size() - m * m;
            mean[i] = (float) m;
            inverseDeviation[i] = variance > 1e-8 ? (float) (1 / Math.sqrt(variance)) : 0;
        }
    }

    /// 0 where no example has such features.
    int width() {
        return mean.length;
    }

    float @Nullable [] standardised(Example example) {
        float[] vector = features(example);
        if (vector == null) {
            return null;
        }
        float[] standardised = new float[vector.length];
        for (int i = 0; i < vector.length; i++) {
            standardised[i] = (vector[i] - mean[i]) * inverseDeviation[i];
        }
        return standardised;
    }

    private float @Nullable [] features(Example example) {
        return example.knowledge() == null ? null : example.knowledge().features().get(name);
    }
}
