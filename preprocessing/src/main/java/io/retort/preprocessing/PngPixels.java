package io.retort.preprocessing;

import io.retort.contract.InvalidRecordException;
import java.util.function.IntConsumer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Inflates a PNG's rows one after the other and undoes their filters (ISO/IEC 15948, clauses 7 to
/// 10). Samples of fewer than 8 bits count as 8-bit ones.
///
/// A pixel that is not opaque is refused, since what lies behind it is not known.
final class PngPixels implements Picture.Rows {

    /// Interlaced pictures have to be held whole; no camera makes them.
    private static final int INTERLACED_BYTES = 16 * 1024 * 1024;

    /// Adam7's passes: first row and column, then the steps between rows and columns.
    private static final int[][] PASSES = {
        {0, 0, 8, 8},
        {0, 4, 8, 8},
        {4, 0, 8, 4},
        {0, 2, 4, 4},
        {2, 0, 4, 2},
        {0, 1, 2, 2},
        {1, 0, 2, 1}
    };

    private final String field;
    private final PngHeader header;
    private final byte[] compressed;
    private final int length;
    private final byte[] palette;
    private final byte[] alphas;

    PngPixels(
            String field,
            PngHeader header,
            byte[] compressed,
            int length,
            byte[] palette,
            byte[] alphas) {
        this.field = field;
        this.header = header;
        this.compressed = compressed;
        this.length = length;
        this.palette = palette;
        this.alphas = alphas;
    }

    @Override
    public void forEach(float[] samples, IntConsumer row) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(compressed, 0, length);
            if (header.interlaced()) {
                interlaced(inflater, samples, row);
            } else {
                Scanlines lines = new Scanlines(inflater, header.width());
                for (int y = 0; y < header.height(); y++) {
                    byte[] line = lines.next();
                    for (int x = 0; x < header.width(); x++) {
                        pixel(line, x, samples, x);
                    }
                    row.accept(y);
                }
            }
            // Also makes the inflater compare its checksum.
            if (inflater.inflate(new byte[1]) != 0 || !inflater.finished()) {
                throw PngFile.damaged(field, "it holds more than its pixels");
            }
        } catch (DataFormatException e) {
            throw new InvalidRecordException(
                    field, "is a damaged PNG: its pixels do not inflate", e);
        } finally {
            inflater.end();
        }
    }

    private void interlaced(Inflater inflater, float[] samples, IntConsumer row)
            throws DataFormatException {
        int width = header.width() * header.bands();
        if ((long) width * header.height() * Float.BYTES > INTERLACED_BYTES) {
            throw new InvalidRecordException(
                    field, "is a large interlaced PNG: save it without interlacing");
        }
        float[] whole = new float[width * header.height()];
        for (int[] pass : PASSES) {
            int columns = (header.width() - pass[1] + pass[3] - 1) / pass[3];
            if (columns > 0) {
                Scanlines lines = new Scanlines(inflater, columns);
                for (int y = pass[0]; y < header.height(); y += pass[2]) {
                    byte[] line = lines.next();
                    for (int x = 0; x < columns; x++) {
                        pixel(line, x, whole, y * header.width() + pass[1] + x * pass[3]);
                    }
                }
            }
        }
        for (int y = 0; y < header.height(); y++) {
            System.arraycopy(whole, y * width, samples, 0, width);
            row.accept(y);
        }
    }

    private void pixel(byte[] line, int x, float[] target, int at) {
        int bands = header.bands();
        if (header.indexed()) {
            int index = sample(line, x);
            if (index * 3 + 2 >= palette.length) {
                throw PngFile.damaged(field, "a pixel lies outside of the palette");
            }
            requireOpaque(index >= alphas.length || alphas[index] == (byte) 255);
            for (int band = 0; band < 3; band++) {
                target[at * 3 + band] = palette[index * 3 + band] & 0xff;
            }
        } else {
            int first = x * header.stored();
            for (int band = 0; band < bands; band++) {
                target[at * bands + band] = sample(line, first + band);
            }
            requireOpaque(
                    !header.alpha()
                            || sample(line, first + bands) == (header.bits() == 8 ? 255 : 65_535));
        }
    }

    private void requireOpaque(boolean opaque) {
        if (!opaque) {
            throw new InvalidRecordException(field, "has transparent pixels: flatten it first");
        }
    }

    /// The i-th sample of a row; its first byte names the filter. Greys are stretched to 8 bits.
    private int sample(byte[] line, int i) {
        int bits = header.bits();
        if (bits == 8) {
            return line[1 + i] & 0xff;
        }
        if (bits == 16) {
            return (line[1 + 2 * i] & 0xff) << 8 | (line[2 + 2 * i] & 0xff);
        }
        int largest = (1 << bits) - 1;
        int value = line[1 + i * bits / 8] >> (8 - bits - i * bits % 8) & largest;
        return header.indexed() ? value : value * 255 / largest;
    }

    /// The rows of one pass, each valid until the next.
    private final class Scanlines {

        private final Inflater inflater;
        private final int pixelBytes;
        private byte[] line;
        private byte[] above;

        Scanlines(Inflater inflater, int pixels) {
            this.inflater = inflater;
            pixelBytes = Math.max(1, header.stored() * header.bits() / 8);
            line = new byte[1 + header.rowBytes(pixels)];
            above = line.clone();
        }

        byte[] next() throws DataFormatException {
            byte[] spare = above;
            above = line;
            line = spare;
            for (int filled = 0; filled < line.length; ) {
                int inflated = inflater.inflate(line, filled, line.length - filled);
                if (inflated == 0) {
                    throw PngFile.damaged(field, "its pixels end early");
                }
                filled += inflated;
            }
            int filter = line[0];
            for (int i = 1; i < line.length; i++) {
                int left = i > pixelBytes ? line[i - pixelBytes] & 0xff : 0;
                int up = above[i] & 0xff;
                int corner = i > pixelBytes ? above[i - pixelBytes] & 0xff : 0;
                int predicted =
                        switch (filter) {
                            case 0 -> 0;
                            case 1 -> left;
                            case 2 -> up;
                            case 3 -> (left + up) / 2;
                            case 4 -> paeth(left, up, corner);
                            default ->
                                    throw PngFile.damaged(
                                            field, "row filter " + filter + " does not exist");
                        };
                line[i] += (byte) predicted;
            }
            return line;
        }

        private static int paeth(int left, int up, int corner) {
            int estimate = left + up - corner;
            int toLeft = Math.abs(estimate - left);
            int toUp = Math.abs(estimate - up);
            int toCorner = Math.abs(estimate - corner);
            if (toLeft <= toUp && toLeft <= toCorner) {
                return left;
            }
            return toUp <= toCorner ? up : corner;
        }
    }
}
