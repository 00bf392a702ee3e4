package io.retort.gateway.assessment;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.v1.Classification;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.annotation.JsonSerialize;

/// @param probabilities by class, in the head's order; they sum to 1, but for rounding to 8
///   decimals, so that all doors say the same
public record Classified(
        String category,
        @JsonSerialize(contentUsing = ProbabilityJson.class) Map<String, Double> probabilities) {

    /// Softmax of logits; of equal ones the first class wins.
    static Classified of(ClassificationHead head, float[] logits) {
        int winner = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[winner]) {
                winner = i;
            }
        }
        double[] powers = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            powers[i] = Math.exp((double) logits[i] - logits[winner]);
            sum += powers[i];
        }
        Map<String, Double> probabilities = new LinkedHashMap<>();
        for (int i = 0; i < logits.length; i++) {
            probabilities.put(head.classes().get(i), ProbabilityJson.rounded(powers[i] / sum));
        }
        return new Classified(
                head.classes().get(winner), Collections.unmodifiableMap(probabilities));
    }

    public double confidence() {
        return probabilities.getOrDefault(category, 0.0);
    }

    Classification wire() {
        return Classification.newBuilder()
                .setCategory(category)
                .putAllProbabilities(probabilities)
                .build();
    }
}
