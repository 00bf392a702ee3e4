package io.retort.gateway.streaming;

import java.util.Arrays;

/// Bytes that a stream is searched for without looking at any of it twice (Knuth, Morris and Pratt
/// 1977, "Fast pattern matching in strings").
public final class Delimiter {

    private final byte[] bytes;

    /// By matched bytes less 1: length of the longest shorter beginning that they end with.
    private final int[] shorter;

    /// @param bytes one or more
    public Delimiter(byte[] bytes) {
        this.bytes = bytes.clone();
        this.shorter = new int[bytes.length];
        for (int i = 1; i < bytes.length; i++) {
            shorter[i] = after(shorter[i - 1], bytes[i]);
        }
    }

    public int length() {
        return bytes.length;
    }

    public byte first() {
        return bytes[0];
    }

    /// How much of the delimiter the stream ends with, where it ended with `found` bytes of it and
    /// `next` follows.
    ///
    /// @param found less than its length
    public int after(int found, byte next) {
        int matched = found;
        while (matched > 0 && next != bytes[matched]) {
            matched = shorter[matched - 1];
        }
        return next == bytes[matched] ? matched + 1 : 0;
    }

    /// Its first bytes, which a stream held as long as they could be the delimiter's.
    public byte[] beginning(int length) {
        return Arrays.copyOf(bytes, length);
    }
}
