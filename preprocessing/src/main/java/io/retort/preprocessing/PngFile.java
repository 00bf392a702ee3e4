package io.retort.preprocessing;

import io.retort.contract.InvalidRecordException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/// Walks a PNG's chunks (ISO/IEC 15948, clause 5), and moves those that the pixels need together.
/// What follows the end chunk is ignored.
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
                && ByteBuffer.wrap(data, 0, SIGNATURE.length).equals(ByteBuffer.wrap(SIGNATURE));
    }

    /// Owns `data` from now on.
    static ImageFile read(String field, byte[] data) {
        ByteBuffer file = ByteBuffer.wrap(data);
        CRC32 crc = new CRC32();
        int kept = SIGNATURE.length;
        int width = 0;
        int height = 0;
        int bands = 0;
        boolean pixels = false;
        for (int at = SIGNATURE.length; ; ) {
            if (data.length - at < 12) {
                throw damaged(field, "the file ends early");
            }
            int length = file.getInt(at);
            if (length < 0 || length > data.length - at - 12) {
                throw damaged(field, "a chunk is cut off");
            }
            int type = file.getInt(at + 4);
            if ((width == 0) != (type == HEADER)) {
                throw damaged(field, "the header is not the first chunk, or not the only one");
            }
            crc.reset();
            crc.update(data, at + 4, length + 4);
            if ((int) crc.getValue() != file.getInt(at + 8 + length)) {
                throw damaged(field, "a chunk's checksum is wrong");
            }
            switch (type) {
                case HEADER -> {
                    if (length != 13) {
                        throw damaged(field, "the header has " + length + " bytes");
                    }
                    ImageTensors.requireSide(
                            field + " (width)", Integer.toUnsignedLong(file.getInt(at + 8)));
                    ImageTensors.requireSide(
                            field + " (height)", Integer.toUnsignedLong(file.getInt(at + 12)));
                    width = file.getInt(at + 8);
                    height = file.getInt(at + 12);
                    bands = bands(field, data[at + 17]);
                }
                case TRANSPARENCY -> {
                    if (data[25] != 3) {
                        throw new InvalidRecordException(
                                field, "has a transparent colour: flatten it first");
                    }
                }
                case PIXELS -> pixels = true;
                default -> {}
            }
            int end = at + 12 + length;
            if (type == HEADER
                    || type == PALETTE
                    || type == TRANSPARENCY
                    || type == PIXELS
                    || type == END) {
                System.arraycopy(data, at, data, kept, end - at);
                kept += end - at;
            }
            if (type == END) {
                if (!pixels) {
                    throw damaged(field, "it has no pixels");
                }
                return new ImageFile(width, height, bands, data, kept);
            }
            at = end;
        }
    }

    private static int bands(String field, byte colourType) {
        return switch (colourType) {
            case 0, 4 -> 1;
            case 2, 3, 6 -> 3;
            default -> throw damaged(field, "colour type " + colourType + " does not exist");
        };
    }

    private static InvalidRecordException damaged(String field, String problem) {
        return new InvalidRecordException(field, "is a damaged PNG: " + problem);
    }
}
