package io.retort.gateway.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FingerprintTests {

    @Test
    void anyDifferenceButTheBoundaryCounts() {
        String one = of("/a", "text/plain", null, "body");
        assertThat(one).hasSize(64).isEqualTo(of("/a", "text/plain", null, "body"));
        assertThat(of("/b", "text/plain", null, "body")).isNotEqualTo(one);
        assertThat(of("/a", "text/html", null, "body")).isNotEqualTo(one);
        assertThat(of("/a", "text/plain", null, "bodY")).isNotEqualTo(one);
        assertThat(of("/a", "text/plain", null, "")).isNotEqualTo(one);
    }

    @Test
    void aFormThatIsSentAgainHasTheSameFingerprint() {
        String first = of("/a", "multipart/form-data", "aab", "--aab\r\nx aaab aa--aab--");
        assertThat(of("/a", "multipart/form-data", "zz", "--zz\r\nx azz aa--zz--"))
                .isEqualTo(first);
        assertThat(of("/a", "multipart/form-data", "zz", "--zz\r\nx azz ab--zz--"))
                .isNotEqualTo(first);
        // What only begins as the boundary does is part of the body, at its end too.
        assertThat(of("/a", "multipart/form-data", "aab", "aa"))
                .isEqualTo(of("/a", "multipart/form-data", "zz", "aa"))
                .isNotEqualTo(of("/a", "multipart/form-data", "zz", "a"));
    }

    /// Byte by byte, and at once.
    private static String of(String target, String type, @Nullable String boundary, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
        Fingerprint whole = new Fingerprint("POST", target, type, boundary);
        whole.pass(bytes, 0, bytes.length);
        Fingerprint slow = new Fingerprint("POST", target, type, boundary);
        for (int i = 0; i < bytes.length; i++) {
            slow.pass(bytes, i, 1);
        }
        String fingerprint = whole.end();
        assertThat(slow.end()).isEqualTo(fingerprint);
        return fingerprint;
    }
}
