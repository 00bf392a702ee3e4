package io.retort.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.VectorModality;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AugmentationTests {

    private static final float[] CORNERS = {1, 2, 3, 4, 5, 6};

    @Test
    void withoutAugmentationNothingChanges() {
        Map<String, float[]> inputs = inputs();
        Map<String, float[]> varied = vary(Augmentation.none(), inputs, 1);
        inputs.forEach((name, tensor) -> assertThat(varied.get(name)).containsExactly(tensor));
    }

    @Test
    void flipsGoAllFourWaysAndLeaveTheInputsAlone() {
        Augmentation flips = new Augmentation(true, 0, 0, 0, 0, 0);
        Set<List<Float>> seen = new HashSet<>();
        Map<String, float[]> inputs = inputs();
        for (int seed = 0; seed < 40; seed++) {
            seen.add(list(Objects.requireNonNull(vary(flips, inputs, seed).get("thermal"))));
        }
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        List.of(1f, 2f, 3f, 4f, 5f, 6f),
                        List.of(3f, 2f, 1f, 6f, 5f, 4f),
                        List.of(4f, 5f, 6f, 1f, 2f, 3f),
                        List.of(6f, 5f, 4f, 3f, 2f, 1f));
        assertThat(inputs.get("thermal")).containsExactly(CORNERS);
    }

    @Test
    void aMoveRepeatsTheBorder() {
        Augmentation.Variation right = variation(false, 0, 1, 1 / 3.0, 0);
        assertThat(right.moved(1, 2, 3, CORNERS)).containsExactly(1, 1, 2, 4, 4, 5);
        Augmentation.Variation up = variation(false, 0, 1, 0, -0.5);
        assertThat(up.moved(1, 2, 3, CORNERS)).containsExactly(4, 5, 6, 4, 5, 6);
    }

    @Test
    void aQuarterTurnMovesEachCornerToTheNext() {
        float[] square = {1, 0, 2, 0, 0, 0, 3, 0, 4};
        float[] turned = variation(false, Math.PI / 2, 1, 0, 0).moved(1, 3, 3, square);
        float[] expected = {3, 0, 1, 0, 0, 0, 4, 0, 2};
        for (int i = 0; i < 9; i++) {
            assertThat(turned[i]).as("pixel %d", i).isCloseTo(expected[i], within(1e-5f));
        }
    }

    @Test
    void enlargingTwiceShowsTheMiddle() {
        float[] square = new float[16];
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                square[y * 4 + x] = x;
            }
        }
        float[] larger = variation(false, 0, 0.5, 0, 0).moved(1, 4, 4, square);
        assertThat(larger[0]).isCloseTo(0.75f, within(1e-6f));
        assertThat(larger[3]).isCloseTo(2.25f, within(1e-6f));
    }

    @Test
    void imageAndAttentionMapAreMovedAlike() {
        // A spot in a 32 px image and in a 8 x 8 map of it stays at one place of the frame.
        Augmentation strong = new Augmentation(true, 0.1, 180, 0.2, 0, 0);
        for (int seed = 0; seed < 20; seed++) {
            Augmentation.Variation v = strong.draw(new SplittableRandom(seed));
            double[] inImage = centre(v.moved(1, 32, 32, spot(32, 20, 12, 4)), 32);
            double[] inMap = centre(v.moved(1, 8, 8, spot(8, 5, 3, 1)), 8);
            assertThat(inImage[0]).as("seed %d", seed).isCloseTo(inMap[0], within(0.04));
            assertThat(inImage[1]).as("seed %d", seed).isCloseTo(inMap[1], within(0.04));
        }
    }

    @Test
    void lightChangesColourImagesAsTheyWereBeforeNormalisation() {
        Augmentation light = new Augmentation(false, 0, 0, 0, 0.4, 0);
        Map<String, float[]> inputs = inputs();
        Augmentation.Variation v = light.draw(new SplittableRandom(3));
        float[] lit =
                Objects.requireNonNull(
                        v.apply(schema(), inputs, List.copyOf(inputs.keySet())).get("rgb"));
        float[] before = Objects.requireNonNull(inputs.get("rgb"));
        for (int i = 0; i < lit.length; i++) {
            // Mean 0.4, deviation 0.2.
            double raw = before[i] * 0.2 + 0.4;
            double expected = ((raw - 0.5) * v.gain() + 0.5 + v.offset() - 0.4) / 0.2;
            assertThat(lit[i]).isCloseTo((float) expected, within(1e-5f));
        }
        assertThat(vary(light, inputs, 3).get("thermal")).containsExactly(CORNERS);
    }

    @Test
    void noiseHasItsDeviationAndTouchesVectorsAlone() {
        Augmentation noise = new Augmentation(false, 0, 0, 0, 0, 0.5);
        double squares = 0;
        for (int seed = 0; seed < 500; seed++) {
            Map<String, float[]> varied = vary(noise, inputs(), seed);
            assertThat(varied.get("thermal")).containsExactly(CORNERS);
            for (float value : Objects.requireNonNull(varied.get("spectrum"))) {
                squares += (double) value * value;
            }
        }
        assertThat(Math.sqrt(squares / 1000)).isCloseTo(0.5, within(0.03));
    }

    @Test
    void whatMeansNothingIsRefusedByItsField() {
        assertThatThrownBy(() -> new Augmentation(true, 0.6, 0, 0, 0, 0))
                .hasMessageContaining("augmentation.shift");
        assertThatThrownBy(() -> new Augmentation(true, 0, 181, 0, 0, 0))
                .hasMessageContaining("augmentation.rotation");
        assertThatThrownBy(() -> new Augmentation(true, 0, 0, 0, 0, Double.NaN))
                .hasMessageContaining("augmentation.noise");
    }

    private static Map<String, float[]> vary(
            Augmentation augmentation, Map<String, float[]> inputs, long seed) {
        return augmentation
                .draw(new SplittableRandom(seed))
                .apply(schema(), inputs, List.copyOf(inputs.keySet()));
    }

    private static Augmentation.Variation variation(
            boolean flipped, double angle, double zoom, double right, double down) {
        return new Augmentation.Variation(
                Augmentation.none(),
                flipped,
                flipped,
                angle,
                zoom,
                right,
                down,
                1,
                0,
                new SplittableRandom(1));
    }

    private static float[] spot(int side, int x, int y, int size) {
        float[] image = new float[side * side];
        for (int dy = 0; dy < size; dy++) {
            for (int dx = 0; dx < size; dx++) {
                image[(y + dy) * side + x + dx] = 1;
            }
        }
        return image;
    }

    private static double[] centre(float[] image, int side) {
        double sum = 0;
        double sx = 0;
        double sy = 0;
        for (int i = 0; i < image.length; i++) {
            sum += image[i];
            sx += image[i] * (i % side + 0.5) / side;
            int row = i / side;
            sy += image[i] * (row + 0.5) / side;
        }
        return new double[] {sx / sum, sy / sum};
    }

    private static Map<String, float[]> inputs() {
        Map<String, float[]> inputs = new LinkedHashMap<>();
        float[] colours = new float[18];
        for (int i = 0; i < colours.length; i++) {
            colours[i] = i / 10f - 1;
        }
        inputs.put("rgb", colours);
        inputs.put("thermal", CORNERS.clone());
        inputs.put("spectrum", new float[2]);
        return inputs;
    }

    private static Schema schema() {
        Map<String, Modality> modalities = new LinkedHashMap<>();
        modalities.put(
                "rgb",
                new ImageModality(3, 2, 3, 1, List.of(0.4, 0.4, 0.4), List.of(0.2, 0.2, 0.2)));
        modalities.put("thermal", new ImageModality(1, 2, 3, 1, List.of(0.0), List.of(1.0)));
        modalities.put("spectrum", new VectorModality("nm", List.of(1.0, 2.0), List.of()));
        return new Schema(
                "test", modalities, Map.of("m", new ClassificationHead(List.of("a", "b"))));
    }

    private static List<Float> list(float[] values) {
        List<Float> list = new ArrayList<>();
        for (float value : values) {
            list.add(value);
        }
        return list;
    }
}
