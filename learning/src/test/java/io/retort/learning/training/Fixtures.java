package io.retort.learning.training;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.VectorModality;
import io.retort.learning.architecture.Activation;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.BatchNormalization;
import io.retort.learning.architecture.Convolution;
import io.retort.learning.architecture.Encoder;
import io.retort.learning.architecture.Flatten;
import io.retort.learning.architecture.GlobalAveragePool;
import io.retort.learning.architecture.Linear;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A small task: an image and a vector that both show the class, and a value that follows it.
final class Fixtures {

    static final int SIDE = 8;

    private Fixtures() {}

    static Schema schema() {
        Map<String, Modality> modalities = new LinkedHashMap<>();
        modalities.put("rgb", new ImageModality(1, SIDE, SIDE, 1, List.of(0.0), List.of(1.0)));
        modalities.put("spectrum", new VectorModality("nm", List.of(1.0, 2.0, 3.0), List.of()));
        Map<String, Head> heads = new LinkedHashMap<>();
        heads.put("material", new ClassificationHead(List.of("a", "b", "c")));
        heads.put("wear", new RegressionHead(100, 300));
        return new Schema("small", modalities, heads);
    }

    static Architecture architecture() {
        Map<String, Integer> heads = new LinkedHashMap<>();
        heads.put("material", 3);
        heads.put("wear", 1);
        return new Architecture(
                "small",
                List.of(
                        new Encoder(
                                "rgb",
                                schema().modality("rgb").shape(),
                                List.of(
                                        new Convolution(1, 4, 3, 3, 2, 2, 1),
                                        new BatchNormalization(4),
                                        new Activation(),
                                        new GlobalAveragePool())),
                        new Encoder(
                                "spectrum",
                                schema().modality("spectrum").shape(),
                                List.of(new Flatten(), new Linear(3, 4), new Activation()))),
                8,
                0.1,
                heads);
    }

    /// Class k brightens the image by k and lifts value k of the vector; its wear is 100 + 100 k.
    static List<Example> examples(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int category = i % 3;
            float[] image = new float[SIDE * SIDE];
            for (int p = 0; p < image.length; p++) {
                image[p] = (float) (category + 0.2 * random.nextGaussian());
            }
            float[] vector = new float[3];
            for (int p = 0; p < vector.length; p++) {
                vector[p] = (float) ((p == category ? 1 : 0) + 0.1 * random.nextGaussian());
            }
            Map<String, float[]> inputs = new LinkedHashMap<>();
            inputs.put("rgb", image);
            inputs.put("spectrum", vector);
            examples.add(
                    new Example(
                            "c" + i,
                            "g" + i,
                            inputs,
                            Map.of("material", (float) category, "wear", 100f + 100 * category),
                            null));
        }
        return examples;
    }

    static Example with(Example example, Map<String, float[]> inputs) {
        return new Example(
                example.id(), example.group(), inputs, example.targets(), example.knowledge());
    }

    static Example unlabelled(Example example) {
        return new Example(
                example.id(), example.group(), example.inputs(), Map.of(), example.knowledge());
    }

    static Example taught(Example example, Knowledge knowledge) {
        return new Example(
                example.id(), example.group(), example.inputs(), example.targets(), knowledge);
    }

    /// Annotations, the teacher's answers and its fused vector.
    static Recipe recipe() {
        return new Recipe(
                "small",
                List.of(
                        new Term.Annotations(0.3, 2, Schedule.ALWAYS),
                        new Term.Divergence(0.7, 3, Schedule.ALWAYS),
                        new Term.Regressions(1.4, Schedule.ALWAYS),
                        new Term.Features(0.2, "fused", Schedule.ALWAYS)));
    }

    /// 12 examples a step, without modality dropout or flips.
    static TrainingSettings settings(int epochs, long seed) {
        return new TrainingSettings(
                epochs, 1, 12, 1e-2, 1e-4, 1, 1000, 1, 0, 0, Augmentation.none(), seed);
    }
}
