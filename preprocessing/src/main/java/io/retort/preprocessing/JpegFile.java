package io.retort.preprocessing;

import io.retort.contract.InvalidRecordException;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// Walks a JPEG's marker segments (ITU-T T.81, annex B) before ImageIO decodes it. That tells its
/// size before memory is taken for it, finds the missing end of a cut file (which ImageIO fills
/// with grey), and leaves out profiles, EXIF and thumbnails. What follows the end marker is
/// ignored.
///
/// A warning of the decoder is an error here: a damaged picture must not be scored.
final class JpegFile {

    /// Each scan of a progressive file costs a pass over all blocks, however few bytes it has;
    /// encoders write about ten.
    private static final int SCANS = 64;

    private static final int START = 0xd8;
    private static final int END = 0xd9;
    private static final int SCAN = 0xda;
    private static final int COMMENT = 0xfe;

    private JpegFile() {}

    static boolean matches(byte[] data) {
        return data.length >= 3
                && (data[0] & 0xff) == 0xff
                && (data[1] & 0xff) == START
                && (data[2] & 0xff) == 0xff;
    }

    /// Owns `data` from now on: the segments that the pixels need are moved together within it.
    static Picture read(String field, byte[] data) {
        ByteBuffer file = ByteBuffer.wrap(data);
        int kept = 2;
        int width = 0;
        int height = 0;
        int bands = 0;
        int scans = 0;
        for (int at = 2; ; ) {
            if (data.length - at < 2) {
                throw damaged(field, "the file ends early");
            }
            if ((data[at] & 0xff) != 0xff) {
                throw damaged(field, "no marker at byte " + at);
            }
            int marker = data[at + 1] & 0xff;
            if (marker == 0xff) {
                at++;
                continue;
            }
            if (marker == END) {
                if (scans == 0) {
                    throw damaged(field, "it has no pixels");
                }
                data[kept] = data[at];
                data[kept + 1] = data[at + 1];
                int total = kept + 2;
                return new Picture(
                        width, height, bands, rows(field, data, total, width, height, bands));
            }
            if (marker < 0xc0 || (marker >= 0xd0 && marker <= START)) {
                throw damaged(field, "marker %02x at byte %d".formatted(marker, at));
            }
            if (data.length - at < 4) {
                throw damaged(field, "the file ends early");
            }
            int length = file.getShort(at + 2) & 0xffff;
            int end = at + 2 + length;
            if (length < 2 || end > data.length) {
                throw damaged(field, "a segment is cut off");
            }
            if (frame(marker)) {
                if (bands != 0 || length < 8) {
                    throw damaged(field, "it has two frame headers, or half of one");
                }
                height = file.getShort(at + 5) & 0xffff;
                width = file.getShort(at + 7) & 0xffff;
                ImageTensors.requireSide(field + " (width)", width);
                ImageTensors.requireSide(field + " (height)", height);
                bands = bands(field, marker, data[at + 4], data[at + 9]);
            }
            if (marker == SCAN) {
                if (bands == 0) {
                    throw damaged(field, "a scan precedes the frame header");
                }
                if (++scans > SCANS) {
                    throw new InvalidRecordException(
                            field, "has more than " + SCANS + " progressive scans");
                }
                end = entropyCodedEnd(field, data, end);
            }
            if (needed(marker, data, at)) {
                System.arraycopy(data, at, data, kept, end - at);
                kept += end - at;
            }
            at = end;
        }
    }

    private static Picture.Rows rows(
            String field, byte[] data, int length, int width, int height, int bands) {
        return (samples, row) -> {
            Raster raster = decode(field, data, length);
            if (raster.getWidth() != width
                    || raster.getHeight() != height
                    || raster.getNumBands() != bands) {
                throw damaged(field, "it decoded to another size than its header's");
            }
            if (raster.getDataBuffer() instanceof DataBufferByte buffer
                    && raster.getSampleModel() instanceof ComponentSampleModel model
                    && buffer.getNumBanks() == 1) {
                fromBytes(buffer, model, raster, samples, row);
                return;
            }
            for (int y = 0; y < height; y++) {
                raster.getPixels(0, y, width, 1, samples);
                row.accept(y);
            }
        };
    }

    /// What getPixels gives, without its call a sample.
    private static void fromBytes(
            DataBufferByte buffer,
            ComponentSampleModel model,
            Raster raster,
            float[] samples,
            IntConsumer row) {
        byte[] bytes = buffer.getData();
        int bands = raster.getNumBands();
        for (int y = 0; y < raster.getHeight(); y++) {
            for (int band = 0; band < bands; band++) {
                int from =
                        buffer.getOffset()
                                + model.getOffset(
                                        -raster.getSampleModelTranslateX(),
                                        y - raster.getSampleModelTranslateY(),
                                        band);
                for (int x = 0; x < raster.getWidth(); x++) {
                    samples[x * bands + band] = bytes[from + x * model.getPixelStride()] & 0xff;
                }
            }
            row.accept(y);
        }
    }

    private static Raster decode(String field, byte[] data, int length) {
        // Warnings come from native code, through which nothing may be thrown.
        List<String> warnings = new ArrayList<>();
        Raster raster;
        ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
        try (var input =
                new MemoryCacheImageInputStream(new ByteArrayInputStream(data, 0, length))) {
            reader.addIIOReadWarningListener((_, warning) -> warnings.add(warning));
            reader.setInput(input, true, true);
            raster = reader.read(0).getRaster();
        } catch (IOException | RuntimeException e) {
            // ImageIO answers damaged files with many kinds of runtime exceptions.
            throw new InvalidRecordException(field, "is a damaged JPEG: " + e.getMessage(), e);
        } finally {
            reader.dispose();
        }
        if (!warnings.isEmpty()) {
            throw damaged(field, warnings.getFirst());
        }
        return raster;
    }

    private static int entropyCodedEnd(String field, byte[] data, int from) {
        for (int at = from; at + 1 < data.length; at++) {
            if (data[at] == (byte) 0xff) {
                int next = data[at + 1] & 0xff;
                boolean restart = next >= 0xd0 && next <= 0xd7;
                if (next != 0 && next != 0xff && !restart) {
                    return at;
                }
            }
        }
        throw damaged(field, "the pixels end early");
    }

    private static boolean frame(int marker) {
        return marker >= 0xc0
                && marker <= 0xcf
                && marker != 0xc4
                && marker != 0xc8
                && marker != 0xcc;
    }

    private static int bands(String field, int marker, int bits, int components) {
        if (marker > 0xc2 || bits != 8) {
            throw new InvalidRecordException(
                    field,
                    "is a lossless, arithmetic or %d-bit JPEG: send an 8-bit baseline or"
                                    .formatted(bits)
                            + " progressive one");
        }
        if (components != 1 && components != 3) {
            throw new InvalidRecordException(
                    field, "is a JPEG of " + components + " components (CMYK?): send RGB or grey");
        }
        return components;
    }

    /// All but comments and application data; of these only what tells the colour transform.
    private static boolean needed(int marker, byte[] data, int at) {
        return switch (marker) {
            case 0xe0 -> begins(data, at + 4, "JFIF\0");
            case 0xee -> begins(data, at + 4, "Adobe");
            case COMMENT -> false;
            default -> marker < 0xe0 || marker > 0xef;
        };
    }

    private static boolean begins(byte[] data, int at, String name) {
        byte[] expected = name.getBytes(StandardCharsets.US_ASCII);
        return data.length - at >= expected.length
                && ByteBuffer.wrap(data, at, expected.length).equals(ByteBuffer.wrap(expected));
    }

    private static InvalidRecordException damaged(String field, String problem) {
        return new InvalidRecordException(field, "is a damaged JPEG: " + problem);
    }
}
