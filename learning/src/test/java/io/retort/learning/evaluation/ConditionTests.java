package io.retort.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.VectorModality;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConditionTests {

    private static final int SIDE = 64;
    private static final ImageModality RGB =
            new ImageModality(
                    3, SIDE, SIDE, 1 / 255.0, List.of(0.5, 0.4, 0.3), List.of(0.25, 0.2, 0.5));
    private static final ImageModality THERMAL =
            new ImageModality(1, 32, 32, 0.01, List.of(303.15), List.of(10.0));
    private static final Schema SCHEMA =
            new Schema(
                    "test",
                    modalities(),
                    Map.of("material", new ClassificationHead(List.of("a", "b"))));

    @ParameterizedTest
    @EnumSource
    void inputsAreLeftAloneAndTheSeedDecides(Condition condition) {
        Map<String, float[]> inputs = inputs();
        Map<String, float[]> copies = new LinkedHashMap<>();
        inputs.forEach((name, tensor) -> copies.put(name, tensor.clone()));
        Map<String, float[]> disturbed = condition.apply(SCHEMA, inputs, 5);
        assertThat(disturbed.keySet()).containsExactlyElementsOf(inputs.keySet());
        inputs.forEach((name, tensor) -> {
            assertThat(tensor).containsExactly(copy(copies, name));
            assertThat(copy(disturbed, name)).hasSameSizeAs(tensor);
            for (float value : copy(disturbed, name)) {
                assertThat(value).isFinite();
            }
            assertThat(copy(condition.apply(SCHEMA, inputs, 5), name))
                    .containsExactly(copy(disturbed, name));
        });
        boolean random = condition == Condition.LOW_LIGHT || condition == Condition.DIRT;
        assertThat(
                        Arrays.equals(
                                copy(condition.apply(SCHEMA, inputs, 6), "rgb"),
                                copy(disturbed, "rgb")))
                .isEqualTo(!random);
        assertThat(copy(disturbed, "spectrum")).isSameAs(inputs.get("spectrum"));
        assertThat(copy(disturbed, "unknown")).isSameAs(inputs.get("unknown"));
    }

    @Test
    void cleanIsClean() {
        Map<String, float[]> inputs = inputs();
        assertThat(Condition.CLEAN.apply(SCHEMA, inputs, 1)).isEqualTo(inputs);
    }

    @Test
    void lowLightLeavesAQuarterWithNoise() {
        float[] grey = filled(0.6);
        double[] dark = values(Condition.LOW_LIGHT.apply(SCHEMA, Map.of("rgb", grey), 1));
        assertThat(mean(dark)).isCloseTo(0.15, within(0.001));
        // 150 electrons of 1000: shot noise sqrt(0.15 / 1000), read noise 0.01.
        assertThat(deviation(dark)).isCloseTo(Math.sqrt(0.15 / 1000 + 0.0001), within(0.0005));
        // Nothing below black or above white, and brighter is noisier.
        double[] black = values(Condition.LOW_LIGHT.apply(SCHEMA, Map.of("rgb", filled(0)), 1));
        assertThat(Arrays.stream(black).min().orElseThrow()).isCloseTo(0, within(1e-6));
        assertThat(mean(black)).isLessThan(0.01);
        assertThat(deviation(black)).isLessThan(deviation(dark));
    }

    @Test
    void lowLightKeepsWhatIsBrighterBrighter() {
        double last = -1;
        for (double brightness = 0; brightness <= 1; brightness += 0.125) {
            float[] image = filled(brightness);
            double mean = mean(values(Condition.LOW_LIGHT.apply(SCHEMA, Map.of("rgb", image), 3)));
            assertThat(mean).isGreaterThan(last);
            last = mean;
        }
    }

    @Test
    void rawSamplesWithoutScaleAreOfTheSameWhite() {
        ImageModality raw =
                new ImageModality(
                        3, SIDE, SIDE, 1, Collections.nCopies(3, 0.0), Collections.nCopies(3, 1.0));
        float[] image = new float[raw.shape().size()];
        Arrays.fill(image, 153);
        Schema schema = new Schema("raw", Map.of("rgb", raw), SCHEMA.heads());
        float[] dark = copy(Condition.LOW_LIGHT.apply(schema, Map.of("rgb", image), 1), "rgb");
        double sum = 0;
        for (float value : dark) {
            sum += value;
        }
        assertThat(sum / dark.length).isCloseTo(153 / 4.0, within(0.3));
    }

    @Test
    void darknessLeavesHeatAloneAndDimsAGreyPicture() {
        Map<String, float[]> inputs = inputs();
        assertThat(copy(Condition.LOW_LIGHT.apply(SCHEMA, inputs, 1), "thermal"))
                .isSameAs(inputs.get("thermal"));
        ImageModality grey =
                new ImageModality(1, SIDE, SIDE, 1 / 255.0, List.of(0.0), List.of(1.0));
        Schema schema = new Schema("grey", Map.of("camera", grey), SCHEMA.heads());
        float[] image = new float[SIDE * SIDE];
        Arrays.fill(image, 0.8f);
        float[] dark =
                copy(Condition.LOW_LIGHT.apply(schema, Map.of("camera", image), 1), "camera");
        assertThat(dark[0]).isBetween(0.1f, 0.3f);
    }

    @Test
    void blurSpreadsAPointAsAGaussian() {
        float[] point = new float[RGB.shape().size()];
        point[SIDE * SIDE + 30 * SIDE + 20] = 1;
        float[] blurred = copy(Condition.BLUR.apply(SCHEMA, Map.of("rgb", point), 1), "rgb");
        double sum = 0;
        double across = 0;
        double down = 0;
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double value = blurred[SIDE * SIDE + y * SIDE + x];
                sum += value;
                across += value * (x - 20) * (x - 20);
                down += value * (y - 30) * (y - 30);
            }
        }
        assertThat(sum).isCloseTo(1, within(1e-5));
        // Discrete and cut at 3 deviations.
        assertThat(Math.sqrt(across)).isCloseTo(1.5, within(0.05));
        assertThat(Math.sqrt(down)).isCloseTo(1.5, within(0.05));
        assertThat(blurred[30 * SIDE + 20]).isZero();
        assertThat(blurred[2 * SIDE * SIDE + 30 * SIDE + 20]).isZero();
    }

    @Test
    void blurKeepsFlatImagesAndSmoothsOthers() {
        float[] flat = filled(0.37);
        float[] same = copy(Condition.BLUR.apply(SCHEMA, Map.of("rgb", flat), 1), "rgb");
        for (int i = 0; i < flat.length; i++) {
            assertThat(same[i]).isCloseTo(flat[i], within(1e-5f));
        }
        Map<String, float[]> inputs = inputs();
        Map<String, float[]> blurred = Condition.BLUR.apply(SCHEMA, inputs, 1);
        assertThat(roughness(copy(blurred, "rgb")))
                .isLessThan(0.2 * roughness(copy(inputs, "rgb")));
        // Half the deviation at half the side: 0.75 pixels.
        assertThat(roughness(copy(blurred, "thermal")))
                .isBetween(
                        0.1 * roughness(copy(inputs, "thermal")),
                        0.5 * roughness(copy(inputs, "thermal")));
    }

    @Test
    void dirtCoversAboutASeventhAndOnlyEverDarkens() {
        double all = 0;
        for (int seed = 0; seed < 20; seed++) {
            double[] soiled =
                    values(Condition.DIRT.apply(SCHEMA, Map.of("rgb", filled(0.6)), seed));
            int touched = 0;
            for (double value : soiled) {
                assertThat(value).isBetween(0.15 * 0.6 - 1e-6, 0.6 + 1e-6);
                touched += value < 0.6 - 1e-6 ? 1 : 0;
            }
            double covered = (double) touched / soiled.length;
            assertThat(covered).isBetween(0.15, 0.19);
            all += mean(soiled);
        }
        assertThat(all / 20).isBetween(0.9 * 0.6, 0.96 * 0.6);
    }

    @Test
    void dirtIsTheSameInAllColours() {
        double[] soiled = values(Condition.DIRT.apply(SCHEMA, Map.of("rgb", filled(0.6)), 2));
        for (int i = 0; i < SIDE * SIDE; i++) {
            assertThat(soiled[i]).isCloseTo(soiled[SIDE * SIDE + i], within(1e-6));
            assertThat(soiled[i]).isCloseTo(soiled[2 * SIDE * SIDE + i], within(1e-6));
        }
    }

    @Test
    void dirtPullsHeatTowardsItsMean() {
        Map<String, float[]> inputs = inputs();
        float[] before = copy(inputs, "thermal");
        float[] after = copy(Condition.DIRT.apply(SCHEMA, inputs, 1), "thermal");
        double mean = 0;
        for (float value : before) {
            mean += value;
        }
        mean /= before.length;
        int touched = 0;
        for (int i = 0; i < before.length; i++) {
            assertThat(Math.abs(after[i] - mean))
                    .isLessThanOrEqualTo(Math.abs(before[i] - mean) + 1e-5);
            touched += after[i] != before[i] ? 1 : 0;
        }
        assertThat((double) touched / before.length).isBetween(0.14, 0.2);
    }

    @Test
    void theSmallestImageIsNoTrap() {
        ImageModality pixel = new ImageModality(1, 1, 1, 1 / 255.0, List.of(0.0), List.of(1.0));
        Schema schema = new Schema("pixel", Map.of("camera", pixel), SCHEMA.heads());
        for (Condition condition : Condition.values()) {
            assertThat(condition.apply(schema, Map.of("camera", new float[] {0.5f}), 1)).hasSize(1);
        }
        assertThatThrownBy(() -> Condition.BLUR.apply(schema, Map.of("camera", new float[2]), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 values, the modality has 1");
    }

    private static Map<String, Modality> modalities() {
        Map<String, Modality> modalities = new LinkedHashMap<>();
        modalities.put("rgb", RGB);
        modalities.put("thermal", THERMAL);
        modalities.put("spectrum", new VectorModality("nm", List.of(1.0, 2.0), List.of()));
        return modalities;
    }

    /// Noise, so that every pixel differs from its neighbours.
    private static Map<String, float[]> inputs() {
        SplittableRandom random = new SplittableRandom(1);
        Map<String, float[]> inputs = new LinkedHashMap<>();
        inputs.put("spectrum", new float[] {1, 2});
        inputs.put("thermal", noise(THERMAL.shape().size(), random));
        inputs.put("rgb", noise(RGB.shape().size(), random));
        inputs.put("unknown", new float[] {3});
        return inputs;
    }

    private static float[] noise(int size, SplittableRandom random) {
        float[] noise = new float[size];
        for (int i = 0; i < size; i++) {
            noise[i] = (float) random.nextDouble(-0.5, 0.5);
        }
        return noise;
    }

    /// A picture of one brightness in [0, 1], normalised.
    private static float[] filled(double brightness) {
        float[] image = new float[RGB.shape().size()];
        for (int i = 0; i < image.length; i++) {
            int channel = i / (SIDE * SIDE);
            image[i] =
                    (float) ((brightness - RGB.mean().get(channel)) / RGB.deviation().get(channel));
        }
        return image;
    }

    /// Brightness in [0, 1] again.
    private static double[] values(Map<String, float[]> inputs) {
        float[] image = copy(inputs, "rgb");
        double[] values = new double[image.length];
        for (int i = 0; i < image.length; i++) {
            int channel = i / (SIDE * SIDE);
            values[i] = image[i] * RGB.deviation().get(channel) + RGB.mean().get(channel);
        }
        return values;
    }

    private static float[] copy(Map<String, float[]> inputs, String name) {
        return Objects.requireNonNull(inputs.get(name));
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double deviation(double[] values) {
        double mean = mean(values);
        return Math.sqrt(
                Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
    }

    private static double roughness(float[] image) {
        double sum = 0;
        for (int i = 1; i < image.length; i++) {
            sum += Math.abs(image[i] - image[i - 1]);
        }
        return sum / image.length;
    }
}
