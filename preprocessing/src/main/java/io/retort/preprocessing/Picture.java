package io.retort.preprocessing;

/// A decoded image, read row by row.
///
/// @param bands samples a pixel: 3 (red, green, blue) or 1
record Picture(int width, int height, int bands, Rows rows) {

    /// Writes one row's raw samples, pixel by pixel, to the first width x bands places.
    @FunctionalInterface
    interface Rows {
        void read(int row, float[] samples);
    }
}
