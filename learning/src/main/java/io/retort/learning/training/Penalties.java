package io.retort.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// [QuadraticPenalty]s as a part of the loss; anchors and importances belong to the manager given.
final class Penalties {

    private final List<Pull> pulls = new ArrayList<>();

    /// @param importance times half the strength
    private record Pull(NDArray parameter, NDArray anchor, NDArray importance) {}

    Penalties(NDManager owner, Map<String, NDArray> parameters, List<QuadraticPenalty> penalties) {
        for (QuadraticPenalty penalty : penalties) {
            penalty.anchor()
                    .forEach((name, anchor) -> {
                        NDArray parameter = parameters.get(name);
                        if (parameter == null || parameter.size() != anchor.length) {
                            throw new IllegalArgumentException(
                                    "penalty: the network has no parameter %s of %d values"
                                            .formatted(name, anchor.length));
                        }
                        float[] importance = penalty.importance().get(name);
                        if (importance == null) {
                            throw new IllegalArgumentException("penalty: no importance of " + name);
                        }
                        float[] scaled = new float[importance.length];
                        for (int i = 0; i < scaled.length; i++) {
                            scaled[i] = (float) (importance[i] * penalty.strength() / 2);
                        }
                        pulls.add(
                                new Pull(
                                        parameter,
                                        owner.create(
                                                FloatBuffer.wrap(anchor), parameter.getShape()),
                                        owner.create(
                                                FloatBuffer.wrap(scaled), parameter.getShape())));
                    });
        }
    }

    /// A scalar of the step's manager; null without penalties.
    @Nullable NDArray of(NDManager step) {
        NDArray sum = null;
        for (Pull pull : pulls) {
            NDArray moved = step.zeros(pull.anchor.getShape()).sub(pull.anchor).add(pull.parameter);
            NDArray one = moved.mul(moved).mul(pull.importance).sum();
            sum = sum == null ? one : sum.add(one);
        }
        return sum;
    }
}
