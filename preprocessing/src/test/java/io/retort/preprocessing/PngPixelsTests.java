package io.retort.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import io.retort.contract.InvalidRecordException;
import io.retort.contract.v1.Image.Encoding;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that ImageIO writes are read as it meant them.
class PngPixelsTests {

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_3BYTE_BGR,
                BufferedImage.TYPE_BYTE_GRAY,
                BufferedImage.TYPE_USHORT_GRAY,
                BufferedImage.TYPE_BYTE_INDEXED
            })
    void everyFormAndSizeComesBackInterlacedOrNot(int type) throws IOException {
        for (int size = 1; size <= 20; size++) {
            BufferedImage image = new BufferedImage(size, 21 - size, type);
            fill(image, type == BufferedImage.TYPE_USHORT_GRAY ? 65_536 : 200);
            requireEqual(image, png(image, false));
            requireEqual(image, png(image, true));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void paletteIndicesOfFewBitsComeBack(int bits) throws IOException {
        int colours = 1 << bits;
        byte[] reds = new byte[colours];
        byte[] greens = new byte[colours];
        byte[] blues = new byte[colours];
        new Random(bits).nextBytes(reds);
        new Random(bits + 10).nextBytes(greens);
        new Random(bits + 20).nextBytes(blues);
        IndexColorModel palette = new IndexColorModel(bits, colours, reds, greens, blues);
        for (int width = 1; width <= 17; width++) {
            BufferedImage image =
                    new BufferedImage(width, 5, BufferedImage.TYPE_BYTE_BINARY, palette);
            fill(image, colours);
            requireEqual(image, png(image, false));
            requireEqual(image, png(image, true));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void greysOfFewBitsAreStretchedToEight(int bits) {
        int largest = (1 << bits) - 1;
        byte[] rows = {0, (byte) 0b1011_0001};
        int width = 8 / bits;
        float[] tensor =
                Fixtures.of(Fixtures.samples(1, 1, width))
                        .tensor(
                                "m",
                                Fixtures.image(
                                        Encoding.PNG, Fixtures.png(width, 1, bits, 0, rows)));
        for (int x = 0; x < width; x++) {
            int sample = 0b1011_0001 >> (8 - bits * (x + 1)) & largest;
            assertThat(tensor[x]).isEqualTo(sample * 255f / largest);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void everyRowFilterIsUndone(int filter) {
        // Two rows of two RGB pixels; worked out by hand from clause 9 of the standard.
        byte[] rows = {0, 10, 20, 30, 40, 50, 60, (byte) filter, 1, 2, 3, 4, 5, 6};
        float[] expected =
                switch (filter) {
                    case 1 -> new float[] {1, 2, 3, 5, 7, 9};
                    case 2 -> new float[] {11, 22, 33, 44, 55, 66};
                    case 3 -> new float[] {6, 12, 18, 27, 36, 45};
                    case 4 -> new float[] {11, 22, 33, 44, 55, 66};
                    default -> throw new IllegalArgumentException();
                };
        float[] tensor =
                Fixtures.of(Fixtures.samples(3, 2, 2))
                        .tensor("m", Fixtures.image(Encoding.PNG, Fixtures.png(2, 2, 8, 2, rows)));
        for (int pixel = 0; pixel < 2; pixel++) {
            for (int channel = 0; channel < 3; channel++) {
                assertThat(tensor[channel * 4 + 2 + pixel])
                        .isEqualTo(expected[pixel * 3 + channel]);
            }
        }
    }

    @Test
    void formsThatDoNotExistAreRefused() {
        int[][] forms = {{3, 0}, {4, 2}, {16, 3}, {32, 0}, {8, 1}, {8, 7}, {0, 0}, {-128, 0}};
        for (int[] form : forms) {
            refused(Fixtures.png(2, 2, form[0], form[1], new byte[100]), "do not exist");
        }
        byte[] filter = new byte[2 * 7];
        filter[7] = 5;
        refused(Fixtures.png(2, 2, 8, 2, filter), "row filter 5");
        refused(Fixtures.png(2, 2, 8, 3, new byte[6]), "outside of the palette");
        refused(Fixtures.png(2, 2, 8, 2, new byte[2 * 7 + 1]), "more than its pixels");
    }

    @Test
    void theLargestPictureOfAllNeedsTwoRowsOfMemory() {
        // 128 MiB inflated: opaque where it must be, or the reader would stop at the first pixel.
        byte[] rows = new byte[(1 + 4096 * 8) * 4096];
        for (int y = 0; y < 4096; y++) {
            for (int x = 0; x < 4096; x++) {
                int at = y * (1 + 4096 * 8) + 1 + x * 8;
                rows[at + 6] = (byte) 255;
                rows[at + 7] = (byte) 255;
            }
        }
        byte[] file = Fixtures.png(4096, 4096, 16, 6, rows);
        Preprocessing preprocessing = Fixtures.of(Fixtures.samples(3, 8, 8));
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(preprocessing.tensor("m", Fixtures.image(Encoding.PNG, file))).containsOnly(0f);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .isLessThan(1_000_000 + 4L * file.length);
    }

    @Test
    void aLargeInterlacedPictureIsRefusedBeforeItsMemoryIsTaken() throws IOException {
        byte[] file = png(new BufferedImage(2048, 2048, BufferedImage.TYPE_3BYTE_BGR), true);
        refused(file, "save it without interlacing");
    }

    private static void refused(byte[] file, String problem) {
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(() ->
                        Fixtures.of(Fixtures.samples(3, 2, 2))
                                .tensor("m", Fixtures.image(Encoding.PNG, file)))
                .withMessageContaining(problem)
                .satisfies(e -> assertThat(e.field()).isEqualTo("modalities[m].image.data"));
    }

    private static void requireEqual(BufferedImage image, byte[] png) {
        boolean grey = image.getColorModel().getNumComponents() == 1;
        int bands = grey ? 1 : 3;
        int width = image.getWidth();
        int height = image.getHeight();
        float[] tensor =
                Fixtures.of(Fixtures.samples(bands, height, width))
                        .tensor("m", Fixtures.image(Encoding.PNG, png));
        float[] expected = new float[tensor.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if (grey) {
                    expected[y * width + x] = image.getRaster().getSample(x, y, 0);
                } else {
                    int colour = image.getRGB(x, y);
                    for (int band = 0; band < 3; band++) {
                        expected[(band * height + y) * width + x] =
                                colour >> (16 - 8 * band) & 0xff;
                    }
                }
            }
        }
        assertThat(Arrays.equals(tensor, expected)).as("%d x %d", width, height).isTrue();
    }

    private static void fill(BufferedImage image, int bound) {
        Random random = new Random(image.getWidth());
        WritableRaster raster = image.getRaster();
        for (int y = 0; y < raster.getHeight(); y++) {
            for (int x = 0; x < raster.getWidth(); x++) {
                for (int band = 0; band < raster.getNumBands(); band++) {
                    raster.setSample(x, y, band, random.nextInt(bound));
                }
            }
        }
    }

    private static byte[] png(BufferedImage image, boolean interlaced) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        try (var stream = new MemoryCacheImageOutputStream(out)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setProgressiveMode(
                    interlaced ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image, null, null), param);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }
}
