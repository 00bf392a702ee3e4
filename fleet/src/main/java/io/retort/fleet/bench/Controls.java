package io.retort.fleet.bench;

import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.Schema;
import io.retort.learning.training.Example;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Images that show less than a student sees: what is right by them alone says nothing of material.
final class Controls {

    private Controls() {}

    /// Where something is, or how much of it there is.
    enum Control {
        SILHOUETTE("silhouette only"),
        SIZE("size only");

        private final String title;

        Control(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /// The examples with such images instead. Null where the student sees no image. What is near
    /// the colour of the image's corners is background.
    static @Nullable List<Example> reduced(List<Example> examples, Schema schema, Control control) {
        if (schema.modalities().values().stream().noneMatch(ImageModality.class::isInstance)) {
            return null;
        }
        List<Example> reduced = new ArrayList<>();
        for (Example example : examples) {
            Map<String, float[]> inputs = new LinkedHashMap<>();
            example.inputs()
                    .forEach((name, tensor) ->
                            inputs.put(
                                    name,
                                    schema.modality(name) instanceof ImageModality image
                                            ? mask(image, tensor, control == Control.SIZE)
                                            : new float[tensor.length]));
            reduced.add(
                    new Example(example.id(), example.group(), inputs, example.targets(), null));
        }
        return reduced;
    }

    private static float[] mask(ImageModality image, float[] tensor, boolean size) {
        int plane = image.height() * image.width();
        float[] mask = new float[plane];
        double area = 0;
        for (int i = 0; i < plane; i++) {
            double distance = 0;
            for (int c = 0; c < image.channels(); c++) {
                distance =
                        Math.max(
                                distance,
                                Math.abs(tensor[c * plane + i] - tensor[c * plane])
                                        * image.deviation().get(c));
            }
            mask[i] = distance > 0.03 ? 1 : 0;
            area += mask[i];
        }
        if (size) {
            Arrays.fill(mask, (float) (4 * area / plane - 1));
        }
        float[] all = new float[tensor.length];
        for (int c = 0; c < image.channels(); c++) {
            System.arraycopy(mask, 0, all, c * plane, plane);
        }
        return all;
    }
}
