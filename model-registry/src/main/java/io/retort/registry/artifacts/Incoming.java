package io.retort.registry.artifacts;

import io.retort.contract.Digests;
import io.retort.registry.problems.Problem;
import io.retort.registry.problems.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Map;

/// The body of an upload, measured and hashed as it is read.
final class Incoming {

    private final Sha256 expected;
    private final InputStream body;
    private final ArtifactSettings settings;
    private final MessageDigest hash = Digests.sha256();
    private long bytes;

    Incoming(Sha256 expected, InputStream body, ArtifactSettings settings) {
        this.expected = expected;
        this.body = body;
        this.settings = settings;
    }

    /// As [InputStream#read(byte[], int, int)].
    int read(byte[] buffer, int from) {
        int read;
        try {
            read = body.read(buffer, from, buffer.length - from);
        } catch (IOException e) {
            throw new RefusedException(
                    Problem.INVALID_REQUEST,
                    "The body broke off; nothing was kept. Send it again.",
                    Map.of(),
                    e);
        }
        if (read > 0) {
            bytes += read;
            settings.refuseLarger(bytes);
            hash.update(buffer, from, read);
        }
        return read;
    }

    /// To be called once, at the end.
    ///
    /// @return size of the body
    long verified() {
        Sha256 actual = Sha256.result(hash.digest());
        if (!actual.equals(expected)) {
            throw new RefusedException(
                    Problem.DIGEST_MISMATCH,
                    "The %d bytes received have the SHA-256 %s; nothing was kept."
                            .formatted(bytes, actual),
                    Map.of("actual", actual.hex()),
                    null);
        }
        return bytes;
    }
}
