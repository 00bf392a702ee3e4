package io.retort.distillation.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// Who is on the Pareto front: not dominated, so that nobody else is at least as good in both and
/// better in one. Equals stand side by side.
final class Front {

    private Front() {}

    /// @param gain the more the better
    /// @param cost the less the better
    static <T> List<Boolean> of(List<T> all, ToDoubleFunction<T> gain, ToDoubleFunction<T> cost) {
        List<Boolean> front = new ArrayList<>();
        for (T one : all) {
            double ownGain = gain.applyAsDouble(one);
            double ownCost = cost.applyAsDouble(one);
            front.add(
                    all.stream()
                            .noneMatch(other -> {
                                double otherGain = gain.applyAsDouble(other);
                                double otherCost = cost.applyAsDouble(other);
                                return otherGain >= ownGain
                                        && otherCost <= ownCost
                                        && (otherGain > ownGain || otherCost < ownCost);
                            }));
        }
        return front;
    }
}
