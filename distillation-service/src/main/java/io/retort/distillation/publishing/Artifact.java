package io.retort.distillation.publishing;

import io.retort.contract.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;

/// One file of a release.
///
/// @param file name in the job's folder
/// @param sha256 of its bytes, in hex
public record Artifact(String file, String sha256, long bytes) {

    public static Artifact of(Path file) throws IOException {
        MessageDigest sha256 = Digests.sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
            long bytes = in.transferTo(OutputStream.nullOutputStream());
            return new Artifact(file.getFileName().toString(), Digests.hex(sha256), bytes);
        }
    }
}
