package io.retort.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.learning.loss.AttentionTransfer;
import io.retort.learning.loss.Target;
import io.retort.learning.model.Prediction;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The examples of one step, and what they should make a network say; arrays belong to the step's
/// manager. Values of regression heads are shares of the head's range: 0 is its minimum, 1 its
/// maximum.
///
/// @param inputs as varied for this step
/// @param variations one an example
record Batch(
        NDManager manager,
        Schema schema,
        List<Example> examples,
        List<Map<String, float[]>> inputs,
        List<Augmentation.Variation> variations) {

    /// One-hot rows or values; null where nobody annotated the head.
    @Nullable Target annotated(String head) {
        Head kind = schema.head(head);
        return target(kind.width(), i -> annotation(examples.get(i), head, kind));
    }

    /// The teacher's logits or values; null where it said nothing of the head, or named another
    /// class than the annotation: what is known to be wrong is not taught.
    @Nullable Target taught(String head) {
        Head kind = schema.head(head);
        return target(kind.width(), i -> answer(examples.get(i), head, kind));
    }

    /// B x classes: the annotated class, else the teacher's most probable one; zeros without
    /// either.
    NDArray targetClass(String head) {
        Head kind = schema.head(head);
        float[] values = new float[examples.size() * kind.width()];
        for (int i = 0; i < examples.size(); i++) {
            Example example = examples.get(i);
            Float annotated = example.targets().get(head);
            float[] answer = answer(example, head, kind);
            if (annotated != null) {
                values[i * kind.width() + annotated.intValue()] = 1;
            } else if (answer != null) {
                values[i * kind.width() + Prediction.winner(answer)] = 1;
            }
        }
        return manager.create(FloatBuffer.wrap(values), new Shape(examples.size(), kind.width()));
    }

    /// The teacher's standardised features; null where no example has them.
    @Nullable Target features(FeatureScale scale) {
        return target(scale.width(), i -> scale.standardised(examples.get(i)));
    }

    /// The teacher's attention, moved as the student's image was and brought to its grid: rows of
    /// the examples alone that carry the student's modality, as the network's spatial outputs.
    @Nullable Target attention(String teacher, String student, int height, int width) {
        List<Integer> rows =
                java.util.stream.IntStream.range(0, examples.size())
                        .filter(i -> inputs.get(i).containsKey(student))
                        .boxed()
                        .toList();
        return target(
                rows.size(),
                height * width,
                row -> attention(rows.get(row), teacher, height, width));
    }

    private float @Nullable [] attention(int row, String teacher, int height, int width) {
        Knowledge knowledge = examples.get(row).knowledge();
        Prediction.Attention map = knowledge == null ? null : knowledge.attention().get(teacher);
        if (map == null) {
            return null;
        }
        float[] moved = variations.get(row).moved(1, map.height(), map.width(), map.values());
        return AttentionTransfer.resample(moved, map.height(), map.width(), height, width);
    }

    private static float @Nullable [] annotation(Example example, String name, Head head) {
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
            case ClassificationHead _ -> {
                Float known = example.targets().get(name);
                yield known == null || Prediction.winner(answer) == known.intValue()
                        ? answer
                        : null;
            }
            case RegressionHead r -> new float[] {share(r, answer[0])};
        };
    }

    private static float share(RegressionHead head, float value) {
        return (float) ((value - head.minimum()) / (head.maximum() - head.minimum()));
    }

    private @Nullable Target target(int width, Function<Integer, float @Nullable []> row) {
        return target(examples.size(), width, row);
    }

    private @Nullable Target target(
            int rows, int width, Function<Integer, float @Nullable []> row) {
        float[] values = new float[rows * width];
        float[] weights = new float[rows];
        int count = 0;
        for (int i = 0; i < rows; i++) {
            float[] own = row.apply(i);
            if (own != null) {
                System.arraycopy(own, 0, values, i * width, width);
                weights[i] = 1;
                count++;
            }
        }
        return count == 0
                ? null
                : new Target(
                        manager.create(FloatBuffer.wrap(values), new Shape(rows, width)),
                        manager.create(FloatBuffer.wrap(weights), new Shape(rows, 1)),
                        count);
    }
}
