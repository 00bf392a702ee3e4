package io.retort.learning.teacher;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.VectorModality;
import io.retort.learning.training.Example;
import io.retort.learning.training.TrainingSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Captures of three kinds, told apart by one value of a spectrum and by the brightness of an
/// image, with wear that follows the kind.
final class Task {

    static final int KINDS = 3;
    private static final int BANDS = 16;
    private static final int SIDE = 8;

    private Task() {}

    static Schema schema() {
        return schema(List.of("spectrum"));
    }

    /// @param modalities of `rgb` and `spectrum`
    static Schema schema(List<String> modalities) {
        Map<String, Modality> all = new LinkedHashMap<>();
        all.put("rgb", new ImageModality(1, SIDE, SIDE, 1, List.of(0.0), List.of(1.0)));
        all.put(
                "spectrum",
                new VectorModality(
                        "nm",
                        IntStream.range(0, BANDS).mapToObj(i -> (double) i).toList(),
                        List.of()));
        Map<String, Head> heads = new LinkedHashMap<>();
        heads.put("kind", new ClassificationHead(List.of("a", "b", "c")));
        heads.put("wear", new RegressionHead(100, 300));
        return new Schema("small", all, heads).select(modalities);
    }

    static List<Example> examples(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            examples.add(example(i, i % KINDS, random, 2, 1));
        }
        return examples;
    }

    /// @param spectrum how far the kind lifts its band, in deviations of 0.5
    /// @param image how far it brightens the image, in deviations of 0.5
    static Example example(
            int number, int kind, SplittableRandom random, double spectrum, double image) {
        float[] bands = new float[BANDS];
        for (int i = 0; i < bands.length; i++) {
            bands[i] = (float) ((i == kind ? spectrum : 0) + random.nextGaussian() * 0.5);
        }
        float[] pixels = new float[SIDE * SIDE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) (kind * image + random.nextGaussian() * 0.5);
        }
        Map<String, float[]> inputs = new LinkedHashMap<>();
        inputs.put("rgb", pixels);
        inputs.put("spectrum", bands);
        return new Example(
                "c" + number,
                "g" + number,
                inputs,
                Map.of("kind", (float) kind, "wear", 100f + 100 * kind),
                null);
    }

    /// An example of which labels alone matter.
    static Example labelled(String group, Map<String, Float> targets) {
        return new Example(
                group + "-" + targets, group, Map.of("spectrum", new float[BANDS]), targets, null);
    }

    static Example labelled(String group, int kind) {
        return labelled(group, Map.of("kind", (float) kind));
    }

    static Example of(Example example, Map<String, float[]> inputs) {
        return new Example(example.id(), example.group(), inputs, example.targets(), null);
    }

    static Example regrouped(Example example, String group) {
        return new Example(example.id(), group, example.inputs(), example.targets(), null);
    }

    static Example annotated(Example example, Map<String, Float> targets) {
        return new Example(example.id(), example.group(), example.inputs(), targets, null);
    }

    static TrainingSettings settings(int steps) {
        return TrainingSettings.teacher().withEpochs(1).withMinimumSteps(steps);
    }
}
