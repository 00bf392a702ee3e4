package io.retort.learning.training;

import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Varies what an example looks like without changing what it is.
final class Augmentation {

    private Augmentation() {}

    /// Largest move of an image, as a share of its side.
    private static final double SHIFT = 1 / 12.0;

    /// Hides modalities, flips images and moves them; all images of one example alike. Modalities
    /// that the schema does not name are left out.
    static Map<String, float[]> vary(
            Schema schema,
            Map<String, float[]> inputs,
            TrainingSettings settings,
            SplittableRandom random) {
        List<String> kept = new ArrayList<>(inputs.keySet());
        kept.retainAll(schema.modalities().keySet());
        if (settings.modalityDropout() > 0 && kept.size() > 1) {
            String last = kept.get(random.nextInt(kept.size()));
            kept.removeIf(
                    name -> random.nextDouble() < settings.modalityDropout() && !name.equals(last));
        }
        boolean horizontal = settings.augment() && random.nextBoolean();
        boolean vertical = settings.augment() && random.nextBoolean();
        double right = settings.augment() ? random.nextDouble(-SHIFT, SHIFT) : 0;
        double down = settings.augment() ? random.nextDouble(-SHIFT, SHIFT) : 0;
        Map<String, float[]> varied = new LinkedHashMap<>();
        inputs.forEach((name, tensor) -> {
            if (kept.contains(name)) {
                Modality modality = schema.modality(name);
                varied.put(
                        name,
                        modality instanceof ImageModality image && settings.augment()
                                ? shift(
                                        image,
                                        flip(image, tensor, horizontal, vertical),
                                        (int) Math.round(right * image.width()),
                                        (int) Math.round(down * image.height()))
                                : tensor);
            }
        });
        return varied;
    }

    /// Moves an image by pixels; its border is repeated where it leaves a gap.
    static float[] shift(ImageModality image, float[] tensor, int right, int down) {
        int height = image.height();
        int width = image.width();
        float[] moved = new float[tensor.length];
        for (int row = 0; row < image.channels() * height; row++) {
            int plane = row / height;
            int y = Math.clamp(row % height - down, 0, height - 1);
            int source = (plane * height + y) * width;
            for (int x = 0; x < width; x++) {
                moved[row * width + x] = tensor[source + Math.clamp(x - right, 0, width - 1)];
            }
        }
        return moved;
    }

    static float[] flip(ImageModality image, float[] tensor, boolean horizontal, boolean vertical) {
        int height = image.height();
        int width = image.width();
        float[] flipped = new float[tensor.length];
        for (int row = 0; row < image.channels() * height; row++) {
            int plane = row / height;
            int y = row % height;
            int source = (plane * height + (vertical ? height - 1 - y : y)) * width;
            for (int x = 0; x < width; x++) {
                flipped[row * width + x] = tensor[source + (horizontal ? width - 1 - x : x)];
            }
        }
        return flipped;
    }
}
