package io.retort.preprocessing;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.v1.Image;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/// A JPEG or PNG. Its structure is walked first: that tells the size before a pixel is decoded,
/// finds what is missing or damaged (ImageIO fills the rest of a cut JPEG with grey, and checks no
/// PNG checksum), and leaves out profiles, texts and thumbnails.
///
/// A warning of the decoder is an error here: a damaged picture must not be scored. So is any pixel
/// that is not opaque, since what lies behind it is not known.
final class EncodedImage {

    private final String field;
    private final Image.Encoding encoding;
    private final ImageFile file;

    EncodedImage(String field, Image image) {
        this.field = field;
        encoding = image.getEncoding();
        byte[] data = image.getData().toByteArray();
        requireEncoding(data);
        file =
                encoding == Image.Encoding.PNG
                        ? PngFile.read(field + ".data", data)
                        : JpegFile.read(field + ".data", data);
    }

    Picture picture() {
        BufferedImage image = decode();
        Raster raster = image.getRaster();
        if (raster.getWidth() != file.width() || raster.getHeight() != file.height()) {
            throw damaged("the decoded size differs from the header's", null);
        }
        if (image.getColorModel() instanceof IndexColorModel palette) {
            return new Picture(file.width(), file.height(), file.bands(), indexed(raster, palette));
        }
        int stored = raster.getNumBands();
        if (stored != file.bands() && stored != file.bands() + 1) {
            throw damaged("it decoded to " + stored + " bands", null);
        }
        return new Picture(file.width(), file.height(), file.bands(), direct(raster));
    }

    private Picture.Rows direct(Raster raster) {
        int bands = file.bands();
        int stored = raster.getNumBands();
        int opaque = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
        int[] pixels = new int[file.width() * stored];
        return (row, samples) -> {
            raster.getPixels(0, row, file.width(), 1, pixels);
            for (int x = 0; x < file.width(); x++) {
                for (int band = 0; band < bands; band++) {
                    samples[x * bands + band] = pixels[x * stored + band];
                }
                if (stored > bands && pixels[x * stored + bands] != opaque) {
                    throw transparent();
                }
            }
        };
    }

    /// Palettes, and greys of fewer than 8 bits, which count as 8-bit ones.
    private Picture.Rows indexed(Raster raster, IndexColorModel palette) {
        int bands = file.bands();
        int[] indices = new int[file.width()];
        return (row, samples) -> {
            raster.getPixels(0, row, file.width(), 1, indices);
            for (int x = 0; x < file.width(); x++) {
                if (indices[x] >= palette.getMapSize()) {
                    throw damaged("a pixel lies outside of the palette", null);
                }
                if (palette.getAlpha(indices[x]) != 255) {
                    throw transparent();
                }
                samples[x * bands] = palette.getRed(indices[x]);
                if (bands == 3) {
                    samples[x * 3 + 1] = palette.getGreen(indices[x]);
                    samples[x * 3 + 2] = palette.getBlue(indices[x]);
                }
            }
        };
    }

    private BufferedImage decode() {
        // Warnings come from native code, through which nothing may be thrown.
        List<String> warnings = new ArrayList<>();
        BufferedImage image;
        ImageReader reader = ImageIO.getImageReadersByFormatName(encoding.name()).next();
        try (var input =
                new MemoryCacheImageInputStream(
                        new ByteArrayInputStream(file.data(), 0, file.length()))) {
            reader.addIIOReadWarningListener((_, warning) -> warnings.add(warning));
            reader.setInput(input, true, true);
            image = reader.read(0);
        } catch (IOException | RuntimeException e) {
            // ImageIO answers damaged files with many kinds of runtime exceptions.
            throw damaged(String.valueOf(e.getMessage()), e);
        } finally {
            reader.dispose();
        }
        if (!warnings.isEmpty()) {
            throw damaged(warnings.getFirst(), null);
        }
        return image;
    }

    private void requireEncoding(byte[] data) {
        boolean png = PngFile.matches(data);
        boolean jpeg = JpegFile.matches(data);
        if (!png && !jpeg) {
            throw new InvalidRecordException(field + ".data", "is neither a JPEG nor a PNG");
        }
        if (png != (encoding == Image.Encoding.PNG)) {
            throw new InvalidRecordException(
                    field + ".encoding",
                    "is " + encoding + ", the data is a " + (png ? "PNG" : "JPEG"));
        }
    }

    private InvalidRecordException transparent() {
        return new InvalidRecordException(
                field + ".data", "has transparent pixels: flatten it first");
    }

    private InvalidRecordException damaged(String problem, @Nullable Throwable cause) {
        String message = "is a damaged " + encoding + ": " + problem;
        return cause == null
                ? new InvalidRecordException(field + ".data", message)
                : new InvalidRecordException(field + ".data", message, cause);
    }
}
