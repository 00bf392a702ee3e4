package io.retort.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;

/// AdamW (Loshchilov & Hutter 2019, algorithm 2) with beta 0.9 and 0.999. Weight decay is decoupled
/// and leaves vectors (biases, normalisation) alone. Owns its moments, in the manager given.
final class AdamW {

    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.999f;
    private static final float EPSILON = 1e-8f;

    private final Map<String, NDArray> parameters;
    private final Map<String, NDArray> first = new LinkedHashMap<>();
    private final Map<String, NDArray> second = new LinkedHashMap<>();
    private final float weightDecay;
    private int updates;

    AdamW(NDManager owner, Map<String, NDArray> parameters, double weightDecay) {
        this.parameters = parameters;
        this.weightDecay = (float) weightDecay;
        parameters.forEach((name, parameter) -> {
            first.put(name, owner.zeros(parameter.getShape()));
            second.put(name, owner.zeros(parameter.getShape()));
        });
    }

    /// Moves every parameter that has a gradient; temporaries belong to `step`'s manager.
    void update(Map<String, NDArray> gradients, float scale, double rate) {
        updates++;
        float correction1 = (float) (1 - Math.pow(BETA1, updates));
        float correction2 = (float) (1 - Math.pow(BETA2, updates));
        gradients.forEach((name, gradient) -> {
            NDArray parameter = parameters.get(name);
            NDArray m = first.get(name);
            NDArray v = second.get(name);
            if (parameter == null || m == null || v == null) {
                throw new IllegalArgumentException("no parameter " + name);
            }
            gradient.muli(scale);
            m.muli(BETA1).addi(gradient.mul(1 - BETA1));
            v.muli(BETA2).addi(gradient.mul(gradient).muli(1 - BETA2));
            // The first operand is the gradient's sibling, not v, so that the temporary
            // belongs to the step and not to the optimiser.
            NDArray denominator =
                    gradient.zerosLike().addi(v).divi(correction2).sqrt().addi(EPSILON);
            NDArray move = gradient.zerosLike().addi(m).divi(correction1).divi(denominator);
            if (weightDecay > 0 && parameter.getShape().dimension() > 1) {
                parameter.muli((float) (1 - rate * weightDecay));
            }
            parameter.subi(move.muli((float) rate));
        });
    }
}
