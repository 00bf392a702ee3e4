package io.retort.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.ImageSummaryModality;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Image;
import io.retort.contract.v1.Payload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImageSummaryTests {

    private static final int SIDE = 8;

    /// A bar of 4 x 2 pixels, at row 3 and column 2, on black.
    private static final float[] BAR = bar(3, 2, 2, 4, 0.5f);

    private static float[] bar(int top, int left, int height, int width, float grey) {
        float[] picture = new float[SIDE * SIDE];
        for (int y = top; y < top + height; y++) {
            for (int x = left; x < left + width; x++) {
                picture[y * SIDE + x] = grey;
            }
        }
        return picture;
    }

    @Test
    void theOutlineIsTheObjects() {
        double[] bar = ImageStatistics.of(BAR, 1, SIDE, SIDE);

        assertThat(bar).hasSize(ImageSummaryModality.statistics(1));
        assertThat(bar[0]).isEqualTo(8 / 64.0);
        // Uniform over 2 and over 4 pixels: variances 4/12 and 16/12.
        assertThat(bar[1]).isCloseTo(Math.sqrt(4 / 12.0), within(1e-9));
        assertThat(bar[2]).isCloseTo(Math.sqrt(16 / 12.0), within(1e-9));
        assertThat(bar[3]).isCloseTo(0.5, within(1e-9));
        assertThat(bar[4]).isEqualTo(12);
        assertThat(bar[5]).isEqualTo(144 / 8.0);
        assertThat(bar[6]).isEqualTo(2);
        assertThat(bar[7]).isEqualTo(4);
        assertThat(bar[8]).isCloseTo(8 / (bar[1] * bar[2]), within(1e-9));
        assertThat(bar[9]).isEqualTo(1);
    }

    @Test
    void turningAQuarterChangesNothing() {
        assertThat(ImageStatistics.of(bar(1, 3, 4, 2, 0.5f), 1, SIDE, SIDE))
                .containsExactly(ImageStatistics.of(BAR, 1, SIDE, SIDE), within(1e-9));
    }

    @Test
    void brightnessIsTheObjectsAlone() {
        float[] half = BAR.clone();
        half[3 * SIDE + 2] = 1;
        double[] statistics = ImageStatistics.of(half, 1, SIDE, SIDE);

        assertThat(statistics[10]).isCloseTo((7 * 0.5 + 1) / 8, within(1e-9));
        double squares = (7 * 0.0625 * 0.0625 + 0.4375 * 0.4375) / 8;
        assertThat(statistics[11]).isCloseTo(Math.sqrt(squares), within(1e-9));
        assertThat(statistics[14]).as("median").isEqualTo(0.5);
        assertThat(statistics[16]).as("0.95 quantile").isCloseTo(0.5 + 0.65 * 0.5, within(1e-6));
    }

    @Test
    void coloursAreToldApartFromBrightness() {
        float[] red = new float[3 * SIDE * SIDE];
        System.arraycopy(bar(3, 2, 2, 4, 0.9f), 0, red, 0, SIDE * SIDE);
        System.arraycopy(bar(3, 2, 2, 4, 0.3f), 0, red, SIDE * SIDE, SIDE * SIDE);
        double[] statistics = ImageStatistics.of(red, 3, SIDE, SIDE);

        assertThat(statistics).hasSize(31);
        assertThat(statistics[10]).isCloseTo(0.9, within(1e-6));
        assertThat(statistics[12]).isZero();
        assertThat(statistics[18]).as("median brightness").isCloseTo(0.4, within(1e-6));
        assertThat(statistics[21]).as("red less brightness").isCloseTo(0.5, within(1e-6));
        assertThat(statistics[23]).as("blue less brightness").isCloseTo(-0.4, within(1e-6));
        assertThat(statistics[24]).as("saturation").isCloseTo(0.9, within(1e-6));
    }

    @Test
    void theGroundIsWhatTheBorderShows() {
        float[] bright = new float[SIDE * SIDE];
        java.util.Arrays.fill(bright, 1);
        for (int i = 0; i < bright.length; i++) {
            bright[i] -= BAR[i];
        }
        assertThat(ImageStatistics.of(bright, 1, SIDE, SIDE)[0]).isEqualTo(8 / 64.0);
    }

    @Test
    void aPictureWithoutAnObjectIsAllObject() {
        double[] blank = ImageStatistics.of(new float[SIDE * SIDE], 1, SIDE, SIDE);

        assertThat(blank[0]).isEqualTo(1);
        assertThat(blank).doesNotContain(Double.NaN);
    }

    @Test
    void aFlatSlopeHasTheSameGradientInside() {
        float[] slope = new float[SIDE * SIDE];
        for (int i = 0; i < slope.length; i++) {
            slope[i] = i % SIDE * 0.1f;
        }
        double[] statistics = ImageStatistics.of(slope, 1, SIDE, SIDE);
        assertThat(statistics[17]).as("mean").isCloseTo(0.1, within(1e-6));
        assertThat(statistics[18]).as("deviation").isCloseTo(0, within(1e-6));
        assertThat(statistics[19]).as("0.9 quantile").isCloseTo(0.1, within(1e-6));
    }

    @Test
    void edgesPartTheCapturesEvenlyAndEncodeThem() {
        ImageModality grey =
                new ImageModality(1, SIDE, SIDE, 1 / 255.0, List.of(0.0), List.of(1.0));
        Schema schema = new Schema("s", Map.of("m", grey), Map.of("h", new RegressionHead(0, 1)));
        List<Capture> captures = new ArrayList<>();
        for (int width = 3; width <= 6; width++) {
            captures.add(capture(width));
        }
        captures.add(Capture.newBuilder().setId("without").build());

        Schema summarised = Summaries.ofImages(schema, captures);
        ImageSummaryModality summary = (ImageSummaryModality) summarised.modality("m");

        assertThat(summary.edges().getFirst()).hasSize(9).startsWith(6 / 64.0).endsWith(12 / 64.0);
        assertThat(summary.edges().get(6)).as("every bar is 2 high").isEmpty();
        Preprocessing preprocessing = new Preprocessing(summarised);
        float[] least = preprocessing.tensor("m", captures.getFirst().getModalitiesOrThrow("m"));
        float[] most = preprocessing.tensor("m", captures.get(3).getModalitiesOrThrow("m"));
        assertThat(least).startsWith(0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(most).startsWith(1, 1, 1, 1, 1, 1, 1, 1);
    }

    @Test
    void whatIsNoPictureIsRefused() {
        List<List<Double>> edges = new ArrayList<>(Collections.nCopies(20, List.of(0.0, 1.0)));
        Preprocessing summary =
                Fixtures.of(new ImageSummaryModality(1, SIDE, SIDE, 1 / 255.0, edges));
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(() -> summary.tensor("m", Fixtures.signal(1, 2, 1, List.of(0f, 1f))))
                .withMessageContaining("modalities[m]");
    }

    private static Capture capture(int width) {
        float[] bar = bar(3, 1, 2, width, 200);
        byte[] samples = new byte[2 * bar.length];
        for (int i = 0; i < bar.length; i++) {
            samples[2 * i] = (byte) (int) bar[i];
        }
        Payload payload = Fixtures.image(Image.Encoding.GRAY16, samples, SIDE, SIDE);
        return Capture.newBuilder().setId("w" + width).putModalities("m", payload).build();
    }
}
