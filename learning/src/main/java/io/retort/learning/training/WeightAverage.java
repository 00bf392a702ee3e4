package io.retort.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.retort.learning.model.Network;
import io.retort.learning.model.Weights;
import java.util.LinkedHashMap;
import java.util.Map;

/// Exponential moving average of a network's weights and running statistics, in the manager given:
/// average = d average + (1 - d) weights, where d = min(decay, (1 + n) / (10 + n)) after n updates,
/// so that the first steps do not linger (as TensorFlow's ExponentialMovingAverage with
/// num_updates; Tarvainen & Valpola 2017, eq. 1).
final class WeightAverage {

    private final Network network;
    private final double decay;
    private final Map<String, NDArray> averages = new LinkedHashMap<>();

    WeightAverage(NDManager owner, Network network, double decay) {
        this.network = network;
        this.decay = decay;
        if (decay > 0) {
            network.tensors()
                    .forEach((name, tensor) ->
                            averages.put(
                                    name, owner.create(tensor.toFloatArray(), tensor.getShape())));
        }
    }

    /// @param step where temporaries live
    /// @param updates of the optimiser so far
    void follow(NDManager step, int updates) {
        if (decay == 0) {
            return;
        }
        float d = (float) Math.min(decay, (1.0 + updates) / (10.0 + updates));
        network.tensors()
                .forEach((name, tensor) -> {
                    NDArray average = averages.get(name);
                    if (average == null) {
                        throw new IllegalStateException("no average of " + name);
                    }
                    // The temporary belongs to its first operand's manager, which must be the
                    // step's.
                    NDArray share = step.create(1 - d).mul(tensor.stopGradient());
                    average.muli(d).addi(share);
                });
    }

    Map<String, NDArray> tensors() {
        return averages;
    }

    Weights weights() {
        Weights last = network.weights();
        if (decay == 0) {
            return last;
        }
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        last.tensors()
                .forEach((name, tensor) -> {
                    NDArray average = averages.get(name);
                    tensors.put(
                            name,
                            average == null
                                    ? tensor
                                    : new Weights.Tensor(tensor.shape(), average.toFloatArray()));
                });
        return new Weights(tensors);
    }
}
