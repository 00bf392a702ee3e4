package io.retort.learning.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.VectorModality;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AugmentationTests {

    private static final ImageModality TWO_BY_THREE = image(3, 2, 3);
    private static final float[] IMAGE = {
        1, 2, 3, 4, 5, 6,
        11, 12, 13, 14, 15, 16,
        21, 22, 23, 24, 25, 26
    };

    @Test
    void aHorizontalFlipReversesEveryRowOfEveryChannel() {
        assertThat(Augmentation.flip(TWO_BY_THREE, IMAGE, true, false))
                .containsExactly(3, 2, 1, 6, 5, 4, 13, 12, 11, 16, 15, 14, 23, 22, 21, 26, 25, 24);
    }

    @Test
    void aVerticalFlipReversesTheRowsOfEveryChannel() {
        assertThat(Augmentation.flip(TWO_BY_THREE, IMAGE, false, true))
                .containsExactly(4, 5, 6, 1, 2, 3, 14, 15, 16, 11, 12, 13, 24, 25, 26, 21, 22, 23);
    }

    @Test
    void aMoveRepeatsTheBorder() {
        assertThat(Augmentation.shift(TWO_BY_THREE, IMAGE, 1, 0))
                .containsExactly(1, 1, 2, 4, 4, 5, 11, 11, 12, 14, 14, 15, 21, 21, 22, 24, 24, 25);
        assertThat(Augmentation.shift(TWO_BY_THREE, IMAGE, -2, 1))
                .containsExactly(3, 3, 3, 3, 3, 3, 13, 13, 13, 13, 13, 13, 23, 23, 23, 23, 23, 23);
    }

    @Test
    void largeImagesAreMovedByATwelfthAtMost() {
        Schema schema =
                new Schema(
                        "test",
                        Map.of("rgb", image(1, 48, 48)),
                        Map.of("m", new ClassificationHead(List.of("a", "b"))));
        float[] dot = new float[48 * 48];
        dot[20 * 48 + 30] = 1;
        SplittableRandom random = new SplittableRandom(1);
        Set<Integer> columns = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            float[] varied =
                    Objects.requireNonNull(
                            Augmentation.vary(schema, Map.of("rgb", dot), settings(0, true), random)
                                    .get("rgb"));
            for (int p = 0; p < varied.length; p++) {
                if (varied[p] == 1) {
                    columns.add(p % 48);
                }
            }
        }
        // Column 30, or 17 after a flip, 4 to either side.
        assertThat(columns)
                .containsExactlyInAnyOrderElementsOf(
                        java.util.stream.IntStream.concat(
                                        java.util.stream.IntStream.rangeClosed(13, 21),
                                        java.util.stream.IntStream.rangeClosed(26, 34))
                                .boxed()
                                .toList());
    }

    @Test
    void imagesOfOneExampleAreFlippedAlikeAndNothingElseIs() {
        Schema schema = schema();
        Map<String, float[]> inputs = new LinkedHashMap<>();
        inputs.put("rgb", new float[] {1, 2, 3, 4, 5, 6});
        inputs.put("thermal", new float[] {1, 2, 3, 4, 5, 6});
        inputs.put("spectrum", new float[] {7, 8});
        SplittableRandom random = new SplittableRandom(1);
        Map<List<Float>, Integer> seen = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            Map<String, float[]> varied =
                    Augmentation.vary(schema, inputs, settings(0, true), random);
            assertThat(varied.keySet()).containsExactly("rgb", "thermal", "spectrum");
            assertThat(varied.get("thermal")).containsExactly(varied.get("rgb"));
            assertThat(varied.get("spectrum")).isSameAs(inputs.get("spectrum"));
            seen.merge(list(Objects.requireNonNull(varied.get("rgb"))), 1, Integer::sum);
        }
        assertThat(seen.keySet())
                .containsExactlyInAnyOrder(
                        List.of(1f, 2f, 3f, 4f, 5f, 6f),
                        List.of(3f, 2f, 1f, 6f, 5f, 4f),
                        List.of(4f, 5f, 6f, 1f, 2f, 3f),
                        List.of(6f, 5f, 4f, 3f, 2f, 1f));
        assertThat(seen.values()).allMatch(count -> count > 30);
        assertThat(inputs.get("rgb")).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void modalityDropoutAlwaysKeepsOne() {
        Map<String, float[]> inputs = new LinkedHashMap<>();
        inputs.put("rgb", new float[6]);
        inputs.put("thermal", new float[6]);
        inputs.put("spectrum", new float[2]);
        SplittableRandom random = new SplittableRandom(1);
        Map<Set<String>, Integer> seen = new HashMap<>();
        for (int i = 0; i < 1000; i++) {
            Set<String> kept =
                    Augmentation.vary(schema(), inputs, settings(0.9, false), random).keySet();
            assertThat(kept).isNotEmpty();
            seen.merge(Set.copyOf(kept), 1, Integer::sum);
        }
        assertThat(seen).hasSize(7);
        for (String alone : inputs.keySet()) {
            // One is kept for sure, each other with 0.1: a third of 0.81.
            assertThat(seen.get(Set.of(alone))).isBetween(220, 320);
        }
    }

    @Test
    void aSingleModalityIsNeverHidden() {
        Map<String, float[]> inputs = Map.of("spectrum", new float[2]);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100; i++) {
            assertThat(Augmentation.vary(schema(), inputs, settings(0.9, true), random))
                    .containsOnlyKeys("spectrum");
        }
    }

    @Test
    void withoutDropoutAndFlipsNothingChanges() {
        Map<String, float[]> inputs = Map.of("rgb", new float[6], "spectrum", new float[2]);
        assertThat(Augmentation.vary(schema(), inputs, settings(0, false), new SplittableRandom(1)))
                .isEqualTo(inputs);
    }

    private static TrainingSettings settings(double modalityDropout, boolean augment) {
        return new TrainingSettings(1, 1, 2, 1e-3, 0, 1, 1, 1, modalityDropout, augment, 1);
    }

    private static Schema schema() {
        Map<String, Modality> modalities = new LinkedHashMap<>();
        modalities.put("rgb", image(1, 2, 3));
        modalities.put("thermal", image(1, 2, 3));
        modalities.put("spectrum", new VectorModality("nm", List.of(1.0, 2.0), List.of()));
        return new Schema(
                "test", modalities, Map.of("m", new ClassificationHead(List.of("a", "b"))));
    }

    private static ImageModality image(int channels, int height, int width) {
        return new ImageModality(
                channels,
                height,
                width,
                1,
                Collections.nCopies(channels, 0.0),
                Collections.nCopies(channels, 1.0));
    }

    private static List<Float> list(float... values) {
        List<Float> list = new java.util.ArrayList<>();
        for (float value : values) {
            list.add(value);
        }
        return list;
    }
}
