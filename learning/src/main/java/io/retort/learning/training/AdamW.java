package io.retort.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;

/// AdamW (Loshchilov & Hutter 2019, algorithm 2; moments and bias correction of Kingma & Ba 2015,
/// algorithm 1) with beta 0.9 and 0.999. Weight decay is decoupled and leaves vectors (biases,
/// normalisation) alone. Owns its moments, in the manager given.
final class AdamW {

    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.999f;
    private static final float EPSILON = 1e-8f;

    /// The parameters' own memory without their gradient: PyTorch refuses to change in place what
    /// it keeps gradients of.
    private final Map<String, NDArray> values = new LinkedHashMap<>();

    private final Map<String, NDArray> first = new LinkedHashMap<>();
    private final Map<String, NDArray> second = new LinkedHashMap<>();
    private final float weightDecay;
    private int updates;

    AdamW(NDManager owner, Map<String, NDArray> parameters, double weightDecay) {
        this.weightDecay = (float) weightDecay;
        parameters.forEach((name, parameter) -> {
            NDArray value = parameter.stopGradient();
            value.attach(owner);
            values.put(name, value);
            first.put(name, owner.zeros(parameter.getShape()));
            second.put(name, owner.zeros(parameter.getShape()));
        });
    }

    /// The parameters' own memory, to be read and set.
    Map<String, NDArray> values() {
        return values;
    }

    /// The moments, `first.<parameter>` and `second.<parameter>`, to go on from later.
    Map<String, NDArray> moments() {
        Map<String, NDArray> moments = new LinkedHashMap<>();
        first.forEach((name, moment) -> moments.put("first." + name, moment));
        second.forEach((name, moment) -> moments.put("second." + name, moment));
        return moments;
    }

    int updates() {
        return updates;
    }

    /// Goes on after so many updates; the moments have been set before.
    void resume(int made) {
        updates = made;
    }

    /// Moves every parameter that has a gradient, by the gradient times `scale`, which changes the
    /// gradients. Temporaries belong to the gradients' manager.
    void update(Map<String, NDArray> gradients, float scale, double rate) {
        updates++;
        float correction1 = (float) (1 - Math.pow(BETA1, updates));
        float correction2 = (float) (1 - Math.pow(BETA2, updates));
        gradients.forEach((name, gradient) -> {
            NDArray value = values.get(name);
            NDArray m = first.get(name);
            NDArray v = second.get(name);
            if (value == null || m == null || v == null) {
                throw new IllegalArgumentException("no parameter " + name);
            }
            gradient.muli(scale);
            m.muli(BETA1).addi(gradient.mul(1 - BETA1));
            v.muli(BETA2).addi(gradient.mul(gradient).muli(1 - BETA2));
            // Results belong to their first operand's manager: this must not be v's or m's, which
            // lives as long as the run.
            NDArray denominator =
                    gradient.zerosLike().addi(v).divi(correction2).sqrt().addi(EPSILON);
            NDArray move = gradient.zerosLike().addi(m).divi(correction1).divi(denominator);
            if (weightDecay > 0 && value.getShape().dimension() > 1) {
                value.muli((float) (1 - rate * weightDecay));
            }
            value.subi(move.muli((float) rate));
        });
    }
}
