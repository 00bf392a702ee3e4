package io.retort.fleet.simulation;

import com.google.protobuf.ByteString;
import io.retort.contract.v1.Image;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/// Encodes what the cameras see.
public final class Pictures {

    private static final float JPEG_QUALITY = 0.92f;

    private Pictures() {}

    /// As PNG or JPEG, in memory alone.
    public static Image encoded(BufferedImage image, Image.Encoding encoding) {
        ImageWriter writer =
                ImageIO.getImageWritersByFormatName(encoding.name().toLowerCase(Locale.ROOT))
                        .next();
        ByteString.Output bytes = ByteString.newOutput(16 * 1024);
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            ImageWriteParam settings = writer.getDefaultWriteParam();
            if (encoding == Image.Encoding.JPEG) {
                settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                settings.setCompressionQuality(JPEG_QUALITY);
            }
            writer.write(null, new IIOImage(image, null, null), settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return Image.newBuilder().setEncoding(encoding).setData(bytes.toByteString()).build();
    }
}
