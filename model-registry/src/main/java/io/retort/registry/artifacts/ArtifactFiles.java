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
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;

/// The folder of artifacts: `ab/cd/abcd...`, named by digest. An upload is written beside its place
/// as `<digest>.<number>.part` and moved into it when the digest is right, so a file in its place
/// is whole. Part files that a crash left behind go at the next start.
final class ArtifactFiles implements ArtifactStore {

    private static final int BUFFER = 64 * 1024;

    /// Folders from the root to a file.
    private static final int DEPTH = 3;

    /// Below this a failed write is put down to a full disk, whatever the system's message says.
    private static final long NO_SPACE = 1024 * 1024;

    private static final String UNFINISHED = ".part";

    private final Path folder;
    private final ArtifactSettings settings;
    private final Clock clock;
    private final AtomicLong uploads = new AtomicLong();

    ArtifactFiles(ArtifactSettings settings, Clock clock) throws IOException {
        this.folder = settings.folder().toAbsolutePath().normalize();
        this.settings = settings;
        this.clock = clock;
        Files.createDirectories(folder);
        for (Path leftover : files(UNFINISHED)) {
            Files.delete(leftover);
        }
    }

    Path place(Sha256 digest) {
        String hex = digest.hex();
        return folder.resolve(hex.substring(0, 2)).resolve(hex.substring(2, 4)).resolve(hex);
    }

    @Override
    public long receive(Sha256 digest, InputStream body) {
        Path place = place(digest);
        Path directory = Objects.requireNonNull(place.getParent());
        Path part = directory.resolve(digest + "." + uploads.incrementAndGet() + UNFINISHED);
        try {
            Files.createDirectories(directory);
            long bytes;
            try {
                bytes = write(new Incoming(digest, body, settings), part);
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

    @Override
    public boolean hasSize(Sha256 digest, long bytes) {
        try {
            return Files.size(place(digest)) == bytes;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean isIntact(Sha256 digest, long bytes) {
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

    @Override
    public Resource content(Sha256 digest, long bytes) {
        return new FileSystemResource(place(digest));
    }

    @Override
    public void forEach(Consumer<Sha256> digest) {
        try (Stream<Path> files = Files.walk(folder, DEPTH)) {
            files.map(file -> file.getFileName().toString())
                    .filter(Sha256::isHex)
                    .map(Sha256::new)
                    .forEach(digest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void sweep() {
        Instant abandoned = clock.instant().minus(settings.abandonedAfter());
        try {
            for (Path part : files(UNFINISHED)) {
                if (Files.getLastModifiedTime(part).toInstant().isBefore(abandoned)) {
                    Files.deleteIfExists(part);
                }
            }
        } catch (NoSuchFileException e) {
            // An upload ended meanwhile; the next sweep looks again.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void check() {
        if (!Files.isWritable(folder)) {
            throw new RefusedException(
                    Problem.UNAVAILABLE,
                    "The artifact store's folder is missing or cannot be written; try again.");
        }
    }

    private List<Path> files(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder, DEPTH)) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    private static long write(Incoming incoming, Path part) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long bytes;
        try (FileChannel out =
                FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int read = incoming.read(buffer, 0); read >= 0; read = incoming.read(buffer, 0)) {
                ByteBuffer chunk = ByteBuffer.wrap(buffer, 0, read);
                while (chunk.hasRemaining()) {
                    out.write(chunk);
                }
            }
            bytes = incoming.verified();
            out.force(true);
        }
        return bytes;
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
