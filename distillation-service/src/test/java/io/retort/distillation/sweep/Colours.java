package io.retort.distillation.sweep;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.TensorShape;
import io.retort.learning.training.Augmentation;
import io.retort.learning.training.Example;
import io.retort.learning.training.TrainingSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A small task that every student learns in few steps: three materials of three colours.
final class Colours {

    private static final int MATERIALS = 3;

    private Colours() {}

    static Schema schema() {
        Map<String, Head> heads = new LinkedHashMap<>();
        heads.put("quality", new RegressionHead(0, 1));
        heads.put("material", new ClassificationHead(List.of("paper", "glass", "metal")));
        return new Schema(
                "colours",
                Map.of(
                        "rgb",
                        new ImageModality(
                                3,
                                24,
                                24,
                                1,
                                Collections.nCopies(3, 0.0),
                                Collections.nCopies(3, 1.0))),
                heads);
    }

    /// Class k brightens channel k; two captures in a row show the same object.
    static List<Example> examples(Schema schema, int count, long seed) {
        TensorShape shape = schema.modality("rgb").shape();
        SplittableRandom random = new SplittableRandom(seed);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int material = i / 2 % MATERIALS;
            float[] image = new float[shape.size()];
            for (int p = 0; p < image.length; p++) {
                int channel = p / (shape.height() * shape.width());
                image[p] = (float) ((channel == material ? 1 : 0) + 0.2 * random.nextGaussian());
            }
            examples.add(
                    new Example(
                            "c" + seed + "-" + i,
                            "g" + seed + "-" + i / 2,
                            Map.of("rgb", image),
                            Map.of("material", (float) material, "quality", material / 2f),
                            null));
        }
        return examples;
    }

    static Sweep.Split split(String student, Schema schema) {
        return new Sweep.Split(schema, examples(schema, 48, 1), examples(schema, 24, 2));
    }

    static TrainingSettings settings(int epochs) {
        return TrainingSettings.student()
                .withEpochs(epochs)
                .withMinimumSteps(1)
                .withBatch(12)
                .withLearningRate(5e-3)
                .withAugmentation(Augmentation.none());
    }
}
