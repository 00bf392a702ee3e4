package io.retort.preprocessing;

import io.retort.contract.InvalidRecordException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;

/// Walks a PNG's chunks (ISO/IEC 15948, clause 5) up to its end chunk, whose absence tells a cut
/// file; what follows is ignored, and so are colour profiles, gamma and texts.
///
/// ImageIO would hold the whole picture (128 MiB at 4096 x 4096 x 16-bit RGBA, from a file of a few
/// kilobytes) and checks no checksums: hence a reader of our own, which holds two rows.
final class PngFile {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int HEADER = 0x49484452;
    private static final int PALETTE = 0x504c5445;
    private static final int TRANSPARENCY = 0x74524e53;
    private static final int PIXELS = 0x49444154;
    private static final int END = 0x49454e44;

    private PngFile() {}

    static boolean matches(byte[] data) {
        return data.length >= SIGNATURE.length
                && Arrays.equals(data, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
    }

    /// Owns `data` from now on: the compressed pixels are moved together within it.
    static Picture read(String field, byte[] data) {
        ByteBuffer file = ByteBuffer.wrap(data);
        CRC32 crc = new CRC32();
        PngHeader header = null;
        byte[] palette = {};
        byte[] alphas = {};
        int compressed = 0;
        for (int at = SIGNATURE.length; ; ) {
            if (data.length - at < 12) {
                throw damaged(field, "the file ends early");
            }
            int length = file.getInt(at);
            if (length < 0 || length > data.length - at - 12) {
                throw damaged(field, "a chunk is cut off");
            }
            int type = file.getInt(at + 4);
            crc.reset();
            crc.update(data, at + 4, length + 4);
            if ((int) crc.getValue() != file.getInt(at + 8 + length)) {
                throw damaged(field, "a chunk's checksum is wrong");
            }
            int body = at + 8;
            if (header == null) {
                if (type != HEADER || length != 13) {
                    throw damaged(field, "it does not begin with its header");
                }
                header = PngHeader.of(field, file, body);
            } else if (type == HEADER) {
                throw damaged(field, "it has two headers");
            } else if (type == PALETTE) {
                palette = Arrays.copyOfRange(data, body, body + length);
            } else if (type == TRANSPARENCY) {
                if (!header.indexed()) {
                    throw new InvalidRecordException(
                            field, "has a transparent colour: flatten it first");
                }
                alphas = Arrays.copyOfRange(data, body, body + length);
            } else if (type == PIXELS) {
                System.arraycopy(data, body, data, compressed, length);
                compressed += length;
            } else if (type == END) {
                PngPixels pixels = new PngPixels(field, header, data, compressed, palette, alphas);
                return new Picture(header.width(), header.height(), header.bands(), pixels);
            }
            at = body + length + 4;
        }
    }

    static InvalidRecordException damaged(String field, String problem) {
        return new InvalidRecordException(field, "is a damaged PNG: " + problem);
    }
}
