package io.retort.preprocessing;

import java.util.function.IntConsumer;

/// An image whose size is known and whose pixels are still to be read, once.
///
/// @param bands samples a pixel: 3 (red, green, blue) or 1
record Picture(int width, int height, int bands, Rows rows) {

    /// Reads all rows from the top.
    @FunctionalInterface
    interface Rows {

        /// Writes a row's raw samples, pixel by pixel, to the first width x bands of `samples` and
        /// then tells its number, row after row.
        void forEach(float[] samples, IntConsumer row);
    }
}
