package io.retort.preprocessing;

/// What the walk through an encoded image's structure found.
///
/// @param bands 3 (colour) or 1, an alpha band left out
/// @param data begins with the parts that the pixels need, and no others
/// @param length of those parts in bytes
record ImageFile(int width, int height, int bands, byte[] data, int length) {}
