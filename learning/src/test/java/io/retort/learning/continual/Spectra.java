package io.retort.learning.continual;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.VectorModality;
import io.retort.learning.training.Augmentation;
import io.retort.learning.training.Example;
import io.retort.learning.training.TrainingSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;

/// A small task that grows: class number k lifts value k of a vector.
final class Spectra {

    static final int WIDTH = 8;
    static final String HEAD = "material";

    private Spectra() {}

    static Schema schema(String... classes) {
        return schema(Map.of(HEAD, new ClassificationHead(List.of(classes))));
    }

    static Schema schema(Map<String, Head> heads) {
        return new Schema(
                "small",
                Map.of(
                        "spectrum",
                        new VectorModality(
                                "nm",
                                DoubleStream.iterate(1, x -> x + 1).limit(WIDTH).boxed().toList(),
                                List.of())),
                heads);
    }

    static Schema withWear(String... classes) {
        Map<String, Head> heads = new LinkedHashMap<>();
        heads.put(HEAD, new ClassificationHead(List.of(classes)));
        heads.put("wear", new RegressionHead(100, 300));
        return schema(heads);
    }

    /// @param target index of the class in the schema
    /// @param lifted value that its spectra are high at
    static List<Example> examples(int target, int lifted, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed * 31 + lifted);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] spectrum = new float[WIDTH];
            for (int p = 0; p < WIDTH; p++) {
                spectrum[p] = (float) ((p == lifted ? 1 : 0) + 0.1 * random.nextGaussian());
            }
            String name = "class" + lifted + "-seed" + seed + "-" + i;
            examples.add(example(name, name, target, spectrum));
        }
        return examples;
    }

    static Example example(String id, String group, int target, float... spectrum) {
        return new Example(
                id,
                group,
                Map.of("spectrum", Arrays.copyOf(spectrum, WIDTH)),
                Map.of(HEAD, (float) target),
                null);
    }

    static TrainingSettings settings() {
        return TrainingSettings.student()
                .withEpochs(20)
                .withMinimumSteps(1)
                .withBatch(8)
                .withLearningRate(1e-2)
                .withAugmentation(Augmentation.none());
    }
}
