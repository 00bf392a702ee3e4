package io.retort.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What the examples of one step should make a network say; arrays belong to the step's manager.
/// Values of regression heads are shares of the head's range: 0 is its minimum, 1 its maximum.
///
/// @param annotated by head, where at least one example is labelled
/// @param taught by head, where at least one example has a teacher's answer
/// @param features the teacher's standardised fused vectors; null where no example has one
record Batch(Map<String, Aim> annotated, Map<String, Aim> taught, @Nullable Aim features) {

    /// @param values batch x width: a one-hot row, logits, one value, or features; zeros where
    ///   absent
    /// @param mask batch x 1: 1 where the row counts
    /// @param count rows that count
    record Aim(NDArray values, NDArray mask, int count) {}

    static Batch of(
            NDManager manager, Schema schema, List<Example> examples, FeatureScale features) {
        Map<String, Aim> annotated = new LinkedHashMap<>();
        Map<String, Aim> taught = new LinkedHashMap<>();
        schema.heads()
                .forEach((name, head) -> {
                    put(
                            annotated,
                            name,
                            aim(manager, examples, head.width(), e -> target(e, name, head)));
                    put(
                            taught,
                            name,
                            aim(manager, examples, head.width(), e -> answer(e, name, head)));
                });
        return new Batch(
                annotated,
                taught,
                features.width() == 0
                        ? null
                        : aim(manager, examples, features.width(), features::standardised));
    }

    private static void put(Map<String, Aim> aims, String name, @Nullable Aim aim) {
        if (aim != null) {
            aims.put(name, aim);
        }
    }

    private static float @Nullable [] target(Example example, String name, Head head) {
        Float target = example.targets().get(name);
        if (target == null) {
            return null;
        }
        return switch (head) {
            case ClassificationHead c -> {
                float[] row = new float[c.width()];
                row[target.intValue()] = 1;
                yield row;
            }
            case RegressionHead r -> new float[] {share(r, target)};
        };
    }

    private static float @Nullable [] answer(Example example, String name, Head head) {
        float[] answer = example.knowledge() == null ? null : example.knowledge().heads().get(name);
        if (answer == null) {
            return null;
        }
        return switch (head) {
            case ClassificationHead _ -> answer;
            case RegressionHead r -> new float[] {share(r, answer[0])};
        };
    }

    private static float share(RegressionHead head, float value) {
        return (float) ((value - head.minimum()) / (head.maximum() - head.minimum()));
    }

    private static @Nullable Aim aim(
            NDManager manager,
            List<Example> examples,
            int width,
            Function<Example, float @Nullable []> row) {
        float[] values = new float[examples.size() * width];
        float[] mask = new float[examples.size()];
        int count = 0;
        for (int i = 0; i < examples.size(); i++) {
            float[] own = row.apply(examples.get(i));
            if (own != null) {
                System.arraycopy(own, 0, values, i * width, width);
                mask[i] = 1;
                count++;
            }
        }
        return count == 0
                ? null
                : new Aim(
                        manager.create(FloatBuffer.wrap(values), new Shape(examples.size(), width)),
                        manager.create(FloatBuffer.wrap(mask), new Shape(examples.size(), 1)),
                        count);
    }
}
