package io.retort.gateway.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// A file that is read and replaced as a whole. A new content is written beside it (`.part`),
/// forced to disk and moved, so a crash leaves the old content or the new one.
///
/// @param path of a folder that may not be there yet
public record DurableFile(Path path) {

    public Optional<byte[]> read() throws IOException {
        try {
            return Optional.of(Files.readAllBytes(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    public void write(byte[] content) throws IOException {
        Path part = path.resolveSibling(path.getFileName() + ".part");
        try {
            try (FileChannel out = create(part)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
            Path folder = path.toAbsolutePath().getParent();
            if (folder != null) {
                // Without it a power cut may take the move back.
                try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
                    entries.force(true);
                }
            }
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /// Opens a file to be written from its beginning, in a folder that is made where it is not
    /// there.
    public static FileChannel create(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        return FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }
}
