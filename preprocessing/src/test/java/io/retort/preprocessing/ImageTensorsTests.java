package io.retort.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.v1.Image;
import io.retort.contract.v1.Image.Encoding;
import io.retort.contract.v1.Payload;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageTensorsTests {

    private final Preprocessing rgb = Fixtures.of(Fixtures.samples(3, 4, 5));
    private final Preprocessing grey = Fixtures.of(Fixtures.samples(1, 4, 5));

    @Test
    void equalSizesLeaveEverySampleAsItIs() {
        byte[] raw = Fixtures.file("rgb8.raw");
        float[] tensor =
                Fixtures.of(Fixtures.samples(3, 9, 13))
                        .tensor("m", Fixtures.image(Encoding.RGB8, raw, 13, 9));
        for (int channel = 0; channel < 3; channel++) {
            for (int pixel = 0; pixel < 9 * 13; pixel++) {
                assertThat(tensor[channel * 9 * 13 + pixel])
                        .isEqualTo(raw[pixel * 3 + channel] & 0xff);
            }
        }
    }

    /// Pictures of the right size are looked up, those that are resized are computed. The high one
    /// holds its only row twice, so that halving it gives the other.
    @Test
    void everySampleIsNormalisedToTheSameBitsWithAndWithoutResizing() {
        ImageModality modality =
                new ImageModality(
                        3,
                        1,
                        256,
                        1 / 255.0,
                        List.of(0.485, 0.456, 0.406),
                        List.of(0.229, 0.224, 0.225));
        byte[] once = new byte[256 * 3];
        byte[] twice = new byte[2 * 256 * 3];
        for (int i = 0; i < 256; i++) {
            Arrays.fill(once, 3 * i, 3 * i + 3, (byte) i);
            Arrays.fill(twice, 3 * i, 3 * i + 3, (byte) i);
        }
        System.arraycopy(once, 0, twice, once.length, once.length);
        float[] tensor =
                Fixtures.of(modality).tensor("m", Fixtures.image(Encoding.RGB8, once, 256, 1));
        assertThat(Fixtures.of(modality).tensor("m", Fixtures.image(Encoding.RGB8, twice, 256, 2)))
                .isEqualTo(tensor);
        assertThat(tensor[256 + 77]).isEqualTo((float) ((77f * (1 / 255.0) - 0.456) / 0.224));
    }

    @Test
    void aSampleIsScaledBeforeTheMeanIsTakenAway() {
        ImageModality modality = new ImageModality(1, 1, 1, 0.01, List.of(303.15), List.of(10.0));
        byte[] sample = {(byte) (29315 >> 8), (byte) 29315};
        float[] tensor =
                Fixtures.of(modality).tensor("m", Fixtures.image(Encoding.GRAY16, sample, 1, 1));
        assertThat(tensor).containsExactly(-1f);
    }

    @Test
    void greyFillsThreeChannelsWithTheirOwnMeans() {
        ImageModality modality =
                new ImageModality(3, 1, 1, 1, List.of(0.0, 100.0, 50.0), List.of(1.0, 10.0, 50.0));
        float[] tensor =
                Fixtures.of(modality)
                        .tensor("m", Fixtures.image(Encoding.GRAY16, new byte[] {0, 100}, 1, 1));
        assertThat(tensor).containsExactly(100f, 0f, 1f);
    }

    @Test
    void manySizesInTurnGiveWhatEachGivesAlone() {
        byte[] wide = new byte[40 * 2 * 3];
        new Random(1).nextBytes(wide);
        Payload first = Fixtures.image(Encoding.RGB8, wide, 40, 2);
        Payload second = Fixtures.image(Encoding.RGB8, wide, 2, 40);
        float[] alone = Fixtures.of(Fixtures.samples(3, 4, 5)).tensor("m", first);
        for (int i = 0; i < 3; i++) {
            rgb.tensor("m", second);
            assertThat(rgb.tensor("m", first)).isEqualTo(alone);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"420.jpg", "444.jpg", "progressive.jpg", "restarts.jpg", "exif.jpg"})
    void aJpegCutAnywhereIsRefused(String name) {
        refusesEveryCut(Encoding.JPEG, Fixtures.file(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rgb8.png", "interlaced.png", "palette.png", "profile.png"})
    void aPngCutAnywhereIsRefused(String name) {
        refusesEveryCut(Encoding.PNG, Fixtures.file(name));
    }

    private void refusesEveryCut(Encoding encoding, byte[] file) {
        assertThat(rgb.tensor("m", Fixtures.image(encoding, file))).hasSize(60);
        for (int length = 1; length < file.length; length++) {
            refused("data", Fixtures.image(encoding, Arrays.copyOf(file, length)));
        }
    }

    @Test
    void aJpegWhosePixelsEndEarlyIsRefusedThoughItsEndMarkerIsThere() {
        byte[] file = Fixtures.file("444.jpg");
        int scan = 0;
        while (file[scan] != (byte) 0xff || file[scan + 1] != (byte) 0xda) {
            scan++;
        }
        for (int length = scan + 20; length < file.length - 20; length++) {
            if (file[length - 1] != (byte) 0xff) {
                byte[] cut = Arrays.copyOf(file, length + 2);
                cut[length] = (byte) 0xff;
                cut[length + 1] = (byte) 0xd9;
                refused("data", Fixtures.image(Encoding.JPEG, cut));
            }
        }
    }

    @Test
    void everyFlippedBitOfAPngIsFound() {
        byte[] file = Fixtures.file("rgb8.png");
        for (int bit = 8 * 8; bit < file.length * 8; bit++) {
            byte[] flipped = file.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            refused("data", Fixtures.image(Encoding.PNG, flipped));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"444.jpg", "progressive.jpg"})
    void aDamagedJpegIsRefusedOrDecodedButNeverAnythingElse(String name) {
        byte[] file = Fixtures.file(name);
        Random random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 2000; i++) {
            byte[] damaged = file.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                damaged[3 + random.nextInt(file.length - 3)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                assertThat(rgb.tensor("m", Fixtures.image(Encoding.JPEG, damaged))).hasSize(60);
            } catch (InvalidRecordException e) {
                assertThat(e.field()).startsWith("modalities[m].image.data");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(500);
    }

    @Test
    void aPngWithTooFewRowsIsRefusedThoughItsChecksumsAreRight() {
        byte[] rows = new byte[8 * (1 + 3 * 8)];
        Payload whole = Fixtures.image(Encoding.PNG, Fixtures.png(8, 8, 8, 2, rows));
        assertThat(rgb.tensor("m", whole)).hasSize(60);
        byte[] short1 = Arrays.copyOf(rows, rows.length - 5);
        refused("data", Fixtures.image(Encoding.PNG, Fixtures.png(8, 8, 8, 2, short1)));
    }

    @ParameterizedTest
    @CsvSource({"30000, 30000", "4097, 1", "1, 4097", "2147483647, 2147483647", "-1, 4", "0, 4"})
    void aPngThatClaimsTooManyPixelsIsRefusedByItsHeader(int width, int height) {
        byte[] bomb = Fixtures.png(width, height, 8, 2, new byte[100]);
        InvalidRecordException e = refused("data", Fixtures.image(Encoding.PNG, bomb));
        assertThat(e).hasMessageContaining("allowed are 1 to 4096");
    }

    @Test
    void aJpegThatClaimsTooManyPixelsIsRefusedByItsHeader() {
        byte[] bomb = Fixtures.file("444.jpg");
        for (int i = 0; i < bomb.length; i++) {
            if (bomb[i] == (byte) 0xff && bomb[i + 1] == (byte) 0xc0) {
                bomb[i + 5] = 0x75;
                bomb[i + 7] = 0x75;
                break;
            }
        }
        InvalidRecordException e = refused("data", Fixtures.image(Encoding.JPEG, bomb));
        assertThat(e).hasMessageContaining("allowed are 1 to 4096");
    }

    @Test
    void theLargestPictureAllowedIsDecoded() {
        byte[] file = Fixtures.png(4096, 4096, 8, 0, new byte[4096 * 4097]);
        assertThat(file).hasSizeLessThan(100_000);
        assertThat(grey.tensor("m", Fixtures.image(Encoding.PNG, file))).containsOnly(0f);
    }

    @Test
    void aProgressiveJpegOfVeryManyScansIsRefused() {
        byte[] file = Fixtures.file("progressive.jpg");
        int last = file.length - 3;
        while (file[last] != (byte) 0xff || file[last + 1] != (byte) 0xda) {
            last--;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(file, 0, last);
        for (int i = 0; i < 1000; i++) {
            out.write(file, last, file.length - 2 - last);
        }
        out.write(file, file.length - 2, 2);
        InvalidRecordException e =
                refused("data", Fixtures.image(Encoding.JPEG, out.toByteArray()));
        assertThat(e).hasMessageContaining("64 progressive scans");
    }

    @Test
    void whatFollowsTheEndOfAFileChangesNothing() {
        for (String name : List.of("rgb8.png", "444.jpg")) {
            byte[] file = Fixtures.file(name);
            Encoding encoding = name.endsWith("png") ? Encoding.PNG : Encoding.JPEG;
            byte[] padded = Arrays.copyOf(file, file.length + 1000);
            assertThat(rgb.tensor("m", Fixtures.image(encoding, padded)))
                    .isEqualTo(rgb.tensor("m", Fixtures.image(encoding, file)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GIF89a.......", "BM............", "RIFF....WEBPVP8", "", "<svg/>"})
    void otherFormatsAreRefused(String data) {
        byte[] bytes = data.getBytes(StandardCharsets.ISO_8859_1);
        for (Encoding encoding : List.of(Encoding.JPEG, Encoding.PNG)) {
            InvalidRecordException e = refused("data", Fixtures.image(encoding, bytes));
            assertThat(e).hasMessageContaining("neither a JPEG nor a PNG");
        }
    }

    @Test
    void theDeclaredEncodingMustBeTheDatas() {
        assertThat(refused("encoding", Fixtures.image(Encoding.JPEG, Fixtures.file("rgb8.png"))))
                .hasMessageContaining("is JPEG, the data is a PNG");
        assertThat(refused("encoding", Fixtures.image(Encoding.PNG, Fixtures.file("444.jpg"))))
                .hasMessageContaining("is PNG, the data is a JPEG");
        refused("encoding", Fixtures.image(Encoding.ENCODING_UNSPECIFIED, new byte[4]));
        refused(
                "encoding",
                Payload.newBuilder().setImage(Image.newBuilder().setEncodingValue(99)).build());
    }

    @Test
    void colourIsRefusedWhereOneChannelIsExpected() {
        List<Payload> coloured =
                List.of(
                        Fixtures.image(Encoding.PNG, Fixtures.file("rgb8.png")),
                        Fixtures.image(Encoding.PNG, Fixtures.file("palette.png")),
                        Fixtures.image(Encoding.JPEG, Fixtures.file("444.jpg")),
                        Fixtures.image(Encoding.RGB8, new byte[3], 1, 1));
        for (Payload payload : coloured) {
            assertThatExceptionOfType(InvalidRecordException.class)
                    .isThrownBy(() -> grey.tensor("m", payload))
                    .withMessageContaining("one channel");
        }
    }

    @Test
    void aJpegOfFourComponentsIsRefused() {
        assertThat(refused("data", Fixtures.image(Encoding.JPEG, Fixtures.file("cmyk.jpg"))))
                .hasMessageContaining("CMYK");
    }

    @Test
    void aPixelThatIsNotOpaqueIsRefused() {
        byte[] rows = new byte[2 * (1 + 4 * 2)];
        Arrays.fill(rows, (byte) 255);
        rows[0] = 0;
        rows[9] = 0;
        Payload opaque = Fixtures.image(Encoding.PNG, Fixtures.png(2, 2, 8, 6, rows));
        assertThat(rgb.tensor("m", opaque)).containsOnly(255f);
        rows[17] = (byte) 254;
        assertThat(refused("data", Fixtures.image(Encoding.PNG, Fixtures.png(2, 2, 8, 6, rows))))
                .hasMessageContaining("transparent");
    }

    @Test
    void sixteenBitGreyWithAlphaKeepsItsSamples() {
        byte[] rows = {0, 0x12, 0x34, (byte) 0xff, (byte) 0xff};
        Payload payload = Fixtures.image(Encoding.PNG, Fixtures.png(1, 1, 16, 4, rows));
        assertThat(grey.tensor("m", payload)).containsOnly(0x1234);
    }

    @Test
    void rawDataMustHaveTheSizeItClaims() {
        refused("data", Fixtures.image(Encoding.RGB8, new byte[11], 2, 2));
        refused("data", Fixtures.image(Encoding.RGB8, new byte[13], 2, 2));
        refused("data", Fixtures.image(Encoding.GRAY16, new byte[12], 2, 2));
        refused("width", Fixtures.image(Encoding.RGB8, new byte[12], 0, 2));
        refused("width", Fixtures.image(Encoding.RGB8, new byte[12], -1, 2));
        refused("height", Fixtures.image(Encoding.GRAY16, new byte[12], 2, 4097));
    }

    private InvalidRecordException refused(String part, Payload payload) {
        try {
            rgb.tensor("m", payload);
        } catch (InvalidRecordException e) {
            assertThat(e.field()).startsWith("modalities[m].image." + part);
            return e;
        }
        throw new AssertionError("was not refused");
    }
}
