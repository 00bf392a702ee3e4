package io.retort.preprocessing;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.retort.contract.InvalidRecordException;
import io.retort.contract.Limits;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.v1.Image;
import io.retort.contract.v1.Payload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Decodes an image and resizes it to the schema's height x width; the aspect is not kept, since
/// every pixel may matter and stations frame items alike.
///
/// Samples are taken as they are stored: neither EXIF orientation nor colour profiles nor gamma
/// apply. Grey fills all three channels of a colour modality; colour for a grey one is refused.
final class ImageTensors implements Tensors {

    private final String field;
    private final ImageModality modality;

    /// The filters of the last size seen: stations keep to one. A race costs a computation, no
    /// more.
    private volatile Resize last;

    /// What each 8-bit sample becomes, by channel and sample.
    private final float[][] levels;

    ImageTensors(String field, ImageModality modality) {
        this.field = field + ".image";
        this.modality = modality;
        this.last = Resize.of(modality.width(), modality.height(), modality);
        this.levels = new float[modality.channels()][256];
        for (int channel = 0; channel < levels.length; channel++) {
            for (int sample = 0; sample < levels[channel].length; sample++) {
                levels[channel][sample] = normal(sample, channel);
            }
        }
    }

    @Override
    public float[] tensor(Payload payload) {
        return tensor(payload, null);
    }

    @Override
    public float[] tensor(Payload payload, float @Nullable [] spare) {
        Tensors.requireKind(
                field.substring(0, field.length() - ".image".length()),
                payload,
                Payload.KindCase.IMAGE);
        Image image = payload.getImage();
        Picture picture =
                switch (image.getEncoding()) {
                    case JPEG, PNG -> encoded(image);
                    case RGB8 -> rgb8(image);
                    case GRAY16 -> gray16(image);
                    case ENCODING_UNSPECIFIED, UNRECOGNIZED ->
                            throw new InvalidRecordException(
                                    field + ".encoding",
                                    "is not known; allowed are JPEG, PNG, RGB8 and GRAY16");
                };
        if (picture.bands() > modality.channels()) {
            throw new InvalidRecordException(
                    field + ".data",
                    "is in colour, the schema expects one channel: send GRAY16 or a grey PNG");
        }
        if (picture.width() == modality.width()
                && picture.height() == modality.height()
                && isEightBit(image.getEncoding())) {
            float[] tensor = spare == null ? new float[modality.shape().size()] : spare;
            if (image.getEncoding() == Image.Encoding.RGB8) {
                level(image.getData(), tensor);
            } else {
                level(picture, tensor);
            }
            return tensor;
        }
        float[] tensor = zeros(spare);
        resize(picture, tensor);
        normalise(tensor, picture.bands());
        return tensor;
    }

    private float[] zeros(float @Nullable [] spare) {
        if (spare == null) {
            return new float[modality.shape().size()];
        }
        Arrays.fill(spare, 0);
        return spare;
    }

    private static boolean isEightBit(Image.Encoding encoding) {
        return encoding == Image.Encoding.JPEG || encoding == Image.Encoding.RGB8;
    }

    /// As resizing by the identity and normalising would have it, to the bit.
    private void level(Picture picture, float[] tensor) {
        int width = picture.width();
        int bands = picture.bands();
        float[] source = new float[width * bands];
        picture.rows()
                .forEach(
                        source,
                        y -> {
                            for (int channel = 0; channel < levels.length; channel++) {
                                float[] level = levels[channel];
                                int from = bands == 1 ? 0 : channel;
                                int to = (channel * picture.height() + y) * width;
                                for (int x = 0; x < width; x++) {
                                    tensor[to + x] = level[(int) source[from + x * bands]];
                                }
                            }
                        });
    }

    /// @param rgb of the modality's size
    private void level(ByteString rgb, float[] tensor) {
        // Where the bytes lie, rather than in a copy: they are as many as the tensor has values.
        try {
            UnsafeByteOperations.unsafeWriteTo(rgb, new Levelling(levels, tensor));
        } catch (IOException e) {
            throw new UncheckedIOException("arrays do no input or output", e);
        }
    }

    private Picture encoded(Image image) {
        byte[] data = image.getData().toByteArray();
        boolean png = PngFile.matches(data);
        if (!png && !JpegFile.matches(data)) {
            throw new InvalidRecordException(field + ".data", "is neither a JPEG nor a PNG");
        }
        if (png != (image.getEncoding() == Image.Encoding.PNG)) {
            throw new InvalidRecordException(
                    field + ".encoding",
                    "is " + image.getEncoding() + ", the data is a " + (png ? "PNG" : "JPEG"));
        }
        return png ? PngFile.read(field + ".data", data) : JpegFile.read(field + ".data", data);
    }

    private Picture rgb8(Image image) {
        int values = image.getWidth() * 3;
        ByteString data = raw(image, 3);
        return new Picture(
                image.getWidth(),
                image.getHeight(),
                3,
                (samples, row) -> {
                    byte[] bytes = data.toByteArray();
                    for (int y = 0; y < image.getHeight(); y++) {
                        for (int i = 0; i < values; i++) {
                            samples[i] = bytes[y * values + i] & 0xff;
                        }
                        row.accept(y);
                    }
                });
    }

    private Picture gray16(Image image) {
        int width = image.getWidth();
        ByteBuffer data = raw(image, 2).asReadOnlyByteBuffer();
        return new Picture(
                width,
                image.getHeight(),
                1,
                (samples, row) -> {
                    for (int y = 0; y < image.getHeight(); y++) {
                        for (int i = 0; i < width; i++) {
                            samples[i] = data.getShort(2 * (y * width + i)) & 0xffff;
                        }
                        row.accept(y);
                    }
                });
    }

    private ByteString raw(Image image, int bytesPerPixel) {
        requireSide(field + ".width", Integer.toUnsignedLong(image.getWidth()));
        requireSide(field + ".height", Integer.toUnsignedLong(image.getHeight()));
        long expected = (long) image.getWidth() * image.getHeight() * bytesPerPixel;
        if (image.getData().size() != expected) {
            throw new InvalidRecordException(
                    field + ".data",
                    "has %d bytes, %d x %d %s needs %d"
                            .formatted(
                                    image.getData().size(),
                                    image.getWidth(),
                                    image.getHeight(),
                                    image.getEncoding(),
                                    expected));
        }
        return image.getData();
    }

    private void resize(Picture picture, float[] tensor) {
        Resize resize = resize(picture.width(), picture.height());
        float[] source = new float[picture.width() * picture.bands()];
        picture.rows().forEach(source, new Resizing(resize, picture.bands(), source, tensor));
    }

    private void normalise(float[] tensor, int bands) {
        int plane = modality.height() * modality.width();
        // From the last channel down, since grey samples lie in the first and are needed by all.
        for (int channel = modality.channels() - 1; channel >= 0; channel--) {
            int from = bands == 1 ? 0 : channel * plane;
            double mean = modality.mean().get(channel);
            double deviation = modality.deviation().get(channel);
            for (int i = 0; i < plane; i++) {
                tensor[channel * plane + i] = normal(tensor[from + i], mean, deviation);
            }
        }
    }

    private float normal(float sample, int channel) {
        return normal(sample, modality.mean().get(channel), modality.deviation().get(channel));
    }

    private float normal(float sample, double mean, double deviation) {
        return (float) ((sample * modality.scale() - mean) / deviation);
    }

    private Resize resize(int width, int height) {
        Resize known = last;
        if (known.columns().source() == width && known.rows().source() == height) {
            return known;
        }
        Resize computed = Resize.of(width, height, modality);
        last = computed;
        return computed;
    }

    static void requireSide(String field, long side) {
        if (side < 1 || side > Limits.IMAGE_SIDE) {
            throw new InvalidRecordException(
                    field, "is " + side + ", allowed are 1 to " + Limits.IMAGE_SIDE);
        }
    }

    private record Resize(Filter columns, Filter rows) {
        static Resize of(int width, int height, ImageModality modality) {
            return new Resize(
                    Filter.of(width, modality.width()), Filter.of(height, modality.height()));
        }
    }

    /// Columns first, row by row, so that one row is all that is ever held beside the tensor.
    private static final class Resizing implements IntConsumer {

        private final Filter columns;
        private final Filter rows;
        private final int bands;
        private final float[] source;
        private final float[] tensor;
        private final float[] narrow;
        private int first;

        Resizing(Resize resize, int bands, float[] source, float[] tensor) {
            this.columns = resize.columns();
            this.rows = resize.rows();
            this.bands = bands;
            this.source = source;
            this.tensor = tensor;
            this.narrow = new float[columns.target()];
        }

        @Override
        public void accept(int y) {
            while (first < rows.target() && rows.end(first) <= y) {
                first++;
            }
            for (int band = 0; band < bands; band++) {
                columns.apply(source, band, bands, narrow);
                for (int row = first; row < rows.target() && rows.starts()[row] <= y; row++) {
                    if (y < rows.end(row)) {
                        float weight = rows.weights()[row][y - rows.starts()[row]];
                        int at = (band * rows.target() + row) * narrow.length;
                        for (int x = 0; x < narrow.length; x++) {
                            tensor[at + x] += weight * narrow[x];
                        }
                    }
                }
            }
        }
    }
}
