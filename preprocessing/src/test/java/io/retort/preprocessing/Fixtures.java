package io.retort.preprocessing;

import com.google.protobuf.ByteString;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Image;
import io.retort.contract.v1.Payload;
import io.retort.contract.v1.Signal;
import io.retort.contract.v1.Vector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/// Payloads, and the files in golden/.
final class Fixtures {

    private Fixtures() {}

    static byte[] file(String name) {
        try (InputStream in =
                Objects.requireNonNull(
                        Fixtures.class.getResourceAsStream("golden/" + name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A preprocessing that knows one modality, `m`.
    static Preprocessing of(Modality modality) {
        return new Preprocessing(
                new Schema("test", Map.of("m", modality), Map.of("h", new RegressionHead(0, 1))));
    }

    /// Raw samples, neither scaled nor normalised.
    static ImageModality samples(int channels, int height, int width) {
        return new ImageModality(
                channels,
                height,
                width,
                1,
                Collections.nCopies(channels, 0.0),
                Collections.nCopies(channels, 1.0));
    }

    static Payload image(Image.Encoding encoding, byte[] data) {
        return image(encoding, data, 0, 0);
    }

    static Payload image(Image.Encoding encoding, byte[] data, int width, int height) {
        return Payload.newBuilder()
                .setImage(
                        Image.newBuilder()
                                .setEncoding(encoding)
                                .setData(ByteString.copyFrom(data))
                                .setWidth(width)
                                .setHeight(height))
                .build();
    }

    static Payload vector(List<Float> axis, List<Float> values) {
        return Payload.newBuilder()
                .setVector(Vector.newBuilder().addAllAxis(axis).addAllValues(values))
                .build();
    }

    static Payload signal(int channels, int steps, double hertz, List<Float> values) {
        return Payload.newBuilder()
                .setSignal(
                        Signal.newBuilder()
                                .setChannels(channels)
                                .setSteps(steps)
                                .setHertz((float) hertz)
                                .addAllValues(values))
                .build();
    }

    /// A PNG with right checksums around whatever is said.
    static byte[] png(int width, int height, int bits, int colourType, byte[] rows) {
        byte[] header =
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put((byte) bits)
                        .put((byte) colourType)
                        .array();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        out.writeBytes(chunk("IHDR", header));
        out.writeBytes(chunk("IDAT", deflated(rows)));
        out.writeBytes(chunk("IEND", new byte[0]));
        return out.toByteArray();
    }

    static byte[] chunk(String type, byte[] body) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(body);
        return ByteBuffer.allocate(12 + body.length)
                .putInt(body.length)
                .put(name)
                .put(body)
                .putInt((int) crc.getValue())
                .array();
    }

    private static byte[] deflated(byte[] rows) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
            deflater.write(rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
