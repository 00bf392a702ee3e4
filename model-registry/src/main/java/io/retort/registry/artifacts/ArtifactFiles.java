package io.retort.registry.artifacts;

import io.retort.contract.Digests;
import io.retort.registry.problems.Problem;
import io.retort.registry.problems.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/// The folder of artifacts: `ab/cd/abcd...`, named by digest. An upload is written beside its place
/// as `<digest>.<number>.part` and moved into it when the digest is right, so a file in its place
/// is whole. Part files that a crash left behind go at the next start.
@Component
final class ArtifactFiles {

    private static final int BUFFER = 64 * 1024;

    /// Below this a failed write is put down to a full disk, whatever the system's message says.
    private static final long NO_SPACE = 1024 * 1024;

    private final Path folder;
    private final long largest;
    private final AtomicLong uploads = new AtomicLong();

    ArtifactFiles(ArtifactSettings settings) throws IOException {
        this.folder = settings.folder().toAbsolutePath().normalize();
        this.largest = settings.largest().toBytes();
        Files.createDirectories(folder);
        List<Path> leftovers;
        try (Stream<Path> files = Files.walk(folder, 3)) {
            leftovers = files.filter(file -> file.toString().endsWith(".part")).toList();
        }
        for (Path leftover : leftovers) {
            Files.delete(leftover);
        }
    }

    Path place(Sha256 digest) {
        String hex = digest.hex();
        return folder.resolve(hex.substring(0, 2)).resolve(hex.substring(2, 4)).resolve(hex);
    }

    /// Takes a body to its end and returns its size. A file that was in its place is replaced by
    /// this one, which is known to be good. When anything is wrong nothing of the body is kept.
    long receive(Sha256 digest, InputStream body) {
        Path place = place(digest);
        Path directory = Objects.requireNonNull(place.getParent());
        Path part = directory.resolve(digest + "." + uploads.incrementAndGet() + ".part");
        try {
            Files.createDirectories(directory);
            long bytes;
            try {
                bytes = write(digest, body, part);
                Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
            for (Path each = directory; each.startsWith(folder); each = parent(each)) {
                force(each);
            }
            return bytes;
        } catch (IOException e) {
            throw isFull(e)
                    ? new RefusedException(
                            Problem.STORAGE_FULL,
                            "The artifact store is full; nothing of this upload was kept.",
                            Map.of(),
                            e)
                    : new UncheckedIOException(e);
        }
    }

    void refuseLarger(long bytes) {
        if (bytes > largest) {
            throw new RefusedException(
                    Problem.TOO_LARGE, "The largest artifact allowed has " + largest + " bytes.");
        }
    }

    boolean hasSize(Sha256 digest, long bytes) {
        try {
            return Files.size(place(digest)) == bytes;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads the whole file.
    boolean isIntact(Sha256 digest, long bytes) {
        if (!hasSize(digest, bytes)) {
            return false;
        }
        MessageDigest hash = Digests.sha256();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(place(digest))) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                hash.update(buffer, 0, read);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Sha256.result(hash.digest()).equals(digest);
    }

    private long write(Sha256 digest, InputStream body, Path part) throws IOException {
        MessageDigest hash = Digests.sha256();
        byte[] buffer = new byte[BUFFER];
        long bytes = 0;
        try (FileChannel out =
                FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int read = read(body, buffer); read >= 0; read = read(body, buffer)) {
                bytes += read;
                refuseLarger(bytes);
                hash.update(buffer, 0, read);
                ByteBuffer chunk = ByteBuffer.wrap(buffer, 0, read);
                while (chunk.hasRemaining()) {
                    out.write(chunk);
                }
            }
            Sha256 actual = Sha256.result(hash.digest());
            if (!actual.equals(digest)) {
                throw new RefusedException(
                        Problem.DIGEST_MISMATCH,
                        "The %d bytes received have the SHA-256 %s; nothing was kept."
                                .formatted(bytes, actual),
                        Map.of("actual", actual.hex()),
                        null);
            }
            out.force(true);
        }
        return bytes;
    }

    private static int read(InputStream body, byte[] buffer) {
        try {
            return body.read(buffer);
        } catch (IOException e) {
            throw new RefusedException(
                    Problem.INVALID_REQUEST,
                    "The body broke off; nothing was kept. Send it again.",
                    Map.of(),
                    e);
        }
    }

    private boolean isFull(IOException e) throws UncheckedIOException {
        String message = String.valueOf(e.getMessage());
        try {
            return message.contains("No space left on device")
                    || message.contains("Disk quota exceeded")
                    || Files.getFileStore(folder).getUsableSpace() < NO_SPACE;
        } catch (IOException unknown) {
            e.addSuppressed(unknown);
            return false;
        }
    }

    private static Path parent(Path path) {
        return Objects.requireNonNull(path.getParent());
    }

    /// A file moved into a directory outlives a power cut once the directory is forced too.
    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
