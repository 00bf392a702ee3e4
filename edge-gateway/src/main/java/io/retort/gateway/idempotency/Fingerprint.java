package io.retort.gateway.idempotency;

import io.retort.gateway.streaming.Delimiter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// SHA-256 of a request: method, target, media type, and the body as it passes. A multipart
/// boundary does not count, since clients draw a new one whenever they send a form again.
final class Fingerprint {

    private final MessageDigest digest;
    private final @Nullable Delimiter boundary;

    /// How much of the boundary the bytes that passed last are.
    private int matched;

    /// @param boundary of a multipart body, else null
    Fingerprint(String method, String target, String mediaType, @Nullable String boundary) {
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        this.boundary =
                boundary == null
                        ? null
                        : new Delimiter(boundary.getBytes(StandardCharsets.ISO_8859_1));
        digest.update(
                String.join("\n", method, target, mediaType, "").getBytes(StandardCharsets.UTF_8));
    }

    void pass(byte[] bytes, int from, int length) {
        if (boundary == null) {
            digest.update(bytes, from, length);
            return;
        }
        int at = from;
        int end = from + length;
        while (at < end) {
            if (matched == 0) {
                int start = at;
                while (at < end && bytes[at] != boundary.first()) {
                    at++;
                }
                digest.update(bytes, start, at - start);
                if (at == end) {
                    return;
                }
            }
            byte next = bytes[at++];
            int longer = boundary.after(matched, next);
            int passed = matched + 1 - longer;
            digest.update(boundary.beginning(Math.min(passed, matched)));
            if (passed > matched) {
                digest.update(next);
            }
            matched = longer == boundary.length() ? 0 : longer;
        }
    }

    /// In hex. Nothing can pass any more.
    String end() {
        if (boundary != null) {
            digest.update(boundary.beginning(matched));
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
