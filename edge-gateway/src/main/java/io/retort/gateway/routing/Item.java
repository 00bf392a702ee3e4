package io.retort.gateway.routing;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What routing has to know of an item.
///
/// @param classes probabilities of its material, which sum to 1; empty where nothing says what it
///   is made of
/// @param quality from 0 to 1; null where the model has no such head
/// @param novel unlike what the model was tested on, so that its probabilities mean little
public record Item(Map<String, Double> classes, @Nullable Double quality, boolean novel) {

    public Item {
        classes = Map.copyOf(classes);
    }

    double confidence() {
        double most = classes.isEmpty() ? 1 : 0;
        for (double probability : classes.values()) {
            most = Math.max(most, probability);
        }
        return most;
    }

    /// Probability that its class is among these; 1 where all are accepted.
    double accepted(Iterable<String> accepts) {
        double sum = 0;
        boolean any = true;
        for (String category : accepts) {
            any = false;
            sum += classes.getOrDefault(category, 0.0);
        }
        return any ? 1 : Math.min(1, sum);
    }
}
