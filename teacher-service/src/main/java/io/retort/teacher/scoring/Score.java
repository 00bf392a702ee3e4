package io.retort.teacher.scoring;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.retort.contract.Times;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.SoftTarget;
import io.retort.contract.v1.Uncertainty;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A soft target as JSON.
///
/// @param id capture id
/// @param features width by modality present, and of `fused`
/// @param attention by image or signal modality present
/// @param uncertainty by head
/// @param exposure what the networks behind the answers learned of the capture's group: `unseen`,
///   `out-of-fold` or `in-sample`
/// @param members networks behind the answers
record Score(
        String id,
        String schema,
        String teacherVersion,
        Instant scoredAt,
        Map<String, Classification> classifications,
        Map<String, Float> regressions,
        Map<String, Integer> features,
        Map<String, Attention> attention,
        Map<String, Doubt> uncertainty,
        String exposure,
        int members) {

    /// @param category the most probable class
    /// @param probabilities by class, in the order of the schema
    /// @param logits in the order of the schema's classes
    record Classification(String category, Map<String, Double> probabilities, List<Float> logits) {}

    /// @param values height x width, row by row
    record Attention(int height, int width, List<Float> values) {}

    /// @param entropy of a classification's probabilities, in [0, 1]
    /// @param disagreement of the members behind a classification, in [0, 1]
    /// @param deviation of a regression, in the unit of the head
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Doubt(
            @Nullable Double entropy, @Nullable Double disagreement, @Nullable Double deviation) {

        static Doubt of(Uncertainty uncertainty) {
            return new Doubt(
                    uncertainty.hasEntropy() ? uncertainty.getEntropy() : null,
                    uncertainty.hasDisagreement() ? uncertainty.getDisagreement() : null,
                    uncertainty.hasDeviation() ? uncertainty.getDeviation() : null);
        }
    }

    static Score of(SoftTarget target, Schema schema) {
        Map<String, Classification> classifications = new LinkedHashMap<>();
        Map<String, Float> regressions = new LinkedHashMap<>();
        schema.heads()
                .forEach((name, head) -> {
                    List<Float> values = target.getHeadsOrThrow(name).getValuesList();
                    switch (head) {
                        case ClassificationHead c ->
                                classifications.put(name, classification(c, values));
                        case RegressionHead _ -> regressions.put(name, values.getFirst());
                    }
                });
        Map<String, Integer> features = new LinkedHashMap<>();
        target.getFeaturesMap()
                .forEach((name, vector) -> features.put(name, vector.getValuesCount()));
        Map<String, Attention> attention = new LinkedHashMap<>();
        target.getAttentionMap()
                .forEach((name, map) ->
                        attention.put(
                                name,
                                new Attention(
                                        map.getHeight(), map.getWidth(), map.getValuesList())));
        Map<String, Doubt> uncertainty = new LinkedHashMap<>();
        target.getUncertaintyMap().forEach((name, doubt) -> uncertainty.put(name, Doubt.of(doubt)));
        return new Score(
                target.getCaptureId(),
                target.getSchema(),
                target.getTeacherVersion(),
                Times.instant(target.getScoredAt()),
                classifications,
                regressions,
                features,
                attention,
                uncertainty,
                target.getExposure().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                target.getMembers());
    }

    /// Softmax over the logits, shifted by their largest against overflow.
    private static Classification classification(ClassificationHead head, List<Float> logits) {
        int winner = 0;
        for (int i = 1; i < logits.size(); i++) {
            if (logits.get(i) > logits.get(winner)) {
                winner = i;
            }
        }
        double largest = logits.get(winner);
        double sum = logits.stream().mapToDouble(z -> Math.exp(z - largest)).sum();
        Map<String, Double> probabilities = new LinkedHashMap<>();
        for (int i = 0; i < logits.size(); i++) {
            probabilities.put(head.classes().get(i), Math.exp(logits.get(i) - largest) / sum);
        }
        return new Classification(head.classes().get(winner), probabilities, logits);
    }
}
