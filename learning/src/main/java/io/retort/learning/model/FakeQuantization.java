package io.retort.learning.model;

import ai.djl.ndarray.NDArray;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Int8 in a float network: values are rounded to the steps that a file will hold, and gradients
/// pass as if they were not (Jacob et al. 2018, "Quantization and Training of Neural Networks for
/// Efficient Integer-Arithmetic-Only Inference", section 3; the straight-through estimator of
/// Bengio, Léonard & Courville 2013, section 4). Batch normalisation is folded into the layer
/// before it with its running statistics, which stay as they are.
///
/// @param largestWeight in steps: 127 for 8 bits, 63 for 7; symmetric, a scale for each output
/// @param activations by what makes them: `rgb` the input itself, `encoders.rgb.5` a layer,
///   `masked.rgb` an encoder, `concat` all of them, `fusion` the fused vector; what is missing
///   stays float
/// @param kept layers whose weights stay float, such as `encoders.rgb.0`, `fusion`,
///   `heads.material`
public record FakeQuantization(
        int largestWeight, Map<String, Steps> activations, Set<String> kept) {

    private static final int LARGEST = 255;

    public FakeQuantization {
        activations = Collections.unmodifiableMap(new TreeMap<>(activations));
        kept = Collections.unmodifiableSet(new TreeSet<>(kept));
    }

    /// Value = scale x (q - zeroPoint) with q in 0..255.
    public record Steps(double scale, int zeroPoint) {}

    /// @param x an array of the step
    NDArray activation(String name, NDArray x) {
        Steps steps = activations.get(name);
        if (steps == null) {
            return x;
        }
        NDArray q =
                x.stopGradient()
                        .div((float) steps.scale())
                        .round()
                        .clip(-steps.zeroPoint(), LARGEST - steps.zeroPoint())
                        .mul((float) steps.scale());
        return through(x, q);
    }

    /// @param weight an array of the step, outputs first
    NDArray weight(String layer, NDArray weight) {
        if (kept.contains(layer)) {
            return weight;
        }
        NDArray flat = weight.stopGradient().reshape(weight.getShape().get(0), -1);
        // A channel of zeros has no scale, and needs none.
        NDArray scale =
                flat.abs()
                        .max(new int[] {1}, true)
                        .div((float) largestWeight)
                        .maximum(Float.MIN_NORMAL);
        return through(weight, flat.div(scale).round().mul(scale).reshape(weight.getShape()));
    }

    /// The values of the second, the gradients of the first.
    private static NDArray through(NDArray x, NDArray q) {
        return x.add(q.sub(x.stopGradient()));
    }
}
