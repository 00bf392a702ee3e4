package io.retort.distillation.gate;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.learning.model.Prediction;
import io.retort.learning.training.Example;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Marks of one held-out example.
///
/// @param truths by candidate, against the annotation; empty without one
/// @param proxies by candidate, against the teacher; empty without one
record Marks(String group, List<Double> truths, List<Double> proxies) {

    /// @param answers by candidate
    static Marks of(Schema schema, Example example, List<Map<String, float[]>> answers) {
        List<Double> truths = new ArrayList<>();
        List<Double> proxies = new ArrayList<>();
        for (Map<String, float[]> answer : answers) {
            add(truths, truth(schema, example, answer));
            add(proxies, proxy(schema, example, answer));
        }
        return new Marks(example.group(), truths, proxies);
    }

    private static void add(List<Double> marks, double mark) {
        if (!Double.isNaN(mark)) {
            marks.add(mark);
        }
    }

    /// Mean over the annotated heads, in [0, 1]; NaN without any.
    static double truth(Schema schema, Example example, Map<String, float[]> answer) {
        Map<String, float[]> truths = new LinkedHashMap<>();
        example.targets()
                .forEach((name, target) -> {
                    Head head = schema.head(name);
                    float[] row = new float[head.width()];
                    switch (head) {
                        case ClassificationHead _ -> row[target.intValue()] = 1;
                        case RegressionHead _ -> row[0] = target;
                    }
                    truths.put(name, row);
                });
        return mark(schema, truths, answer);
    }

    /// The same against the teacher's answers.
    static double proxy(Schema schema, Example example, Map<String, float[]> answer) {
        return example.knowledge() == null
                ? Double.NaN
                : mark(schema, example.knowledge().heads(), answer);
    }

    private static double mark(
            Schema schema, Map<String, float[]> truths, Map<String, float[]> answer) {
        double sum = 0;
        int count = 0;
        for (Map.Entry<String, float[]> truth : truths.entrySet()) {
            float[] own = answer.get(truth.getKey());
            if (own != null) {
                sum +=
                        switch (schema.head(truth.getKey())) {
                            case ClassificationHead _ ->
                                    Prediction.winner(own) == Prediction.winner(truth.getValue())
                                            ? 1
                                            : 0;
                            case RegressionHead r -> 1 - error(r, own[0], truth.getValue()[0]);
                        };
                count++;
            }
        }
        return count == 0 ? Double.NaN : sum / count;
    }

    private static double error(RegressionHead head, float answer, float truth) {
        double clipped = Math.clamp(answer, head.minimum(), head.maximum());
        return Math.min(1, Math.abs(clipped - truth) / (head.maximum() - head.minimum()));
    }
}
