package io.retort.preprocessing;

import java.nio.ByteBuffer;

/// @param bits of one sample, or of one palette index
record PngHeader(int width, int height, int bits, int colourType, boolean interlaced) {

    private static final int GREY = 0;
    private static final int COLOUR = 2;
    private static final int INDEXED = 3;
    private static final int GREY_ALPHA = 4;
    private static final int COLOUR_ALPHA = 6;

    static PngHeader of(String field, ByteBuffer file, int at) {
        ImageTensors.requireSide(field + " (width)", Integer.toUnsignedLong(file.getInt(at)));
        ImageTensors.requireSide(field + " (height)", Integer.toUnsignedLong(file.getInt(at + 4)));
        PngHeader header =
                new PngHeader(
                        file.getInt(at),
                        file.getInt(at + 4),
                        file.get(at + 8),
                        file.get(at + 9),
                        file.get(at + 12) == 1);
        boolean known =
                switch (header.colourType) {
                    case GREY -> Integer.bitCount(header.bits) == 1 && header.bits <= 16;
                    case INDEXED -> Integer.bitCount(header.bits) == 1 && header.bits <= 8;
                    case COLOUR, GREY_ALPHA, COLOUR_ALPHA -> header.bits == 8 || header.bits == 16;
                    default -> false;
                };
        if (!known
                || header.bits < 1
                || file.get(at + 10) != 0
                || file.get(at + 11) != 0
                || (file.get(at + 12) & ~1) != 0) {
            throw PngFile.damaged(field, "its header names forms of pixels that do not exist");
        }
        return header;
    }

    boolean indexed() {
        return colourType == INDEXED;
    }

    boolean alpha() {
        return colourType == GREY_ALPHA || colourType == COLOUR_ALPHA;
    }

    int bands() {
        return colourType == GREY || colourType == GREY_ALPHA ? 1 : 3;
    }

    /// Samples that the file stores for a pixel.
    int stored() {
        return indexed() ? 1 : bands() + (alpha() ? 1 : 0);
    }

    int rowBytes(int pixels) {
        return (pixels * stored() * bits + 7) / 8;
    }
}
