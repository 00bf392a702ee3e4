package io.retort.distillation.export;

import io.retort.learning.architecture.BatchNormalization;
import io.retort.learning.model.Weights;
import java.util.List;

/// Weight (outputs first, row-major) and bias (one value an output) of a convolution or linear
/// layer.
record Folded(List<Integer> shape, float[] weight, float[] bias) {

    static Folded convolution(Weights weights, String prefix) {
        Weights.Tensor weight = weights.tensor(prefix + "weight");
        return new Folded(weight.shape(), weight.values(), new float[weight.shape().getFirst()]);
    }

    static Folded linear(Weights weights, String prefix) {
        Weights.Tensor weight = weights.tensor(prefix + "weight");
        return new Folded(
                weight.shape(), weight.values(), weights.tensor(prefix + "bias").values());
    }

    /// This layer followed by batch normalisation with its running statistics: gamma (w x + b -
    /// mean) / sqrt(variance + epsilon) + beta (Jacob et al. 2018, eq. 14).
    Folded normalized(Weights weights, String prefix) {
        float[] gamma = weights.tensor(prefix + "gamma").values();
        float[] beta = weights.tensor(prefix + "beta").values();
        float[] mean = weights.tensor(prefix + "mean").values();
        float[] variance = weights.tensor(prefix + "variance").values();
        float[] foldedWeight = new float[weight.length];
        float[] foldedBias = new float[bias.length];
        int fanIn = weight.length / bias.length;
        for (int output = 0; output < bias.length; output++) {
            double scale =
                    gamma[output]
                            / Math.sqrt((double) variance[output] + BatchNormalization.EPSILON);
            foldedBias[output] =
                    finite((float) (beta[output] + (bias[output] - mean[output]) * scale), prefix);
            for (int i = output * fanIn; i < (output + 1) * fanIn; i++) {
                foldedWeight[i] = finite((float) (weight[i] * scale), prefix);
            }
        }
        return new Folded(shape, foldedWeight, foldedBias);
    }

    private static float finite(float value, String prefix) {
        if (!Float.isFinite(value)) {
            throw new IllegalArgumentException(
                    "folding the batch normalisation %s gives weights that are not finite: its"
                                    .formatted(prefix.substring(0, prefix.length() - 1))
                            + " running variance or scale is out of range");
        }
        return value;
    }
}
