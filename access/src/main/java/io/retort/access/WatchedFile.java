package io.retort.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A small file that is read again when it has changed, as secrets that are mounted do. One that
/// cannot be read changes nothing but the log: a caller's next request must not depend on the
/// moment in which an operator saves.
final class WatchedFile<T> {

    private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);

    /// Between two looks at the file, each of which is on a request's way.
    static final Duration PAUSE = Duration.ofSeconds(1);

    private final Path path;
    private final Function<String, T> read;
    private final AtomicLong due;
    private volatile Stamp stamp;
    private volatile T value;

    /// When a file was written: of a link, what it points to.
    private record Stamp(FileTime modified, long size) {

        static Stamp of(Path path) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime(), attributes.size());
        }
    }

    /// @param read refuses what it cannot read by an [IllegalArgumentException]
    /// @throws IllegalArgumentException where the file cannot be read now
    WatchedFile(Path path, Function<String, T> read) {
        this.path = path;
        this.read = read;
        try {
            this.stamp = Stamp.of(path);
            this.value = read.apply(Files.readString(path));
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalArgumentException(path + " cannot be read: " + e, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
        }
        this.due = new AtomicLong(System.nanoTime() + PAUSE.toNanos());
    }

    T value() {
        long now = System.nanoTime();
        long then = due.get();
        if (now - then >= 0 && due.compareAndSet(then, now + PAUSE.toNanos())) {
            look();
        }
        return value;
    }

    private void look() {
        try {
            Stamp found = Stamp.of(path);
            if (!found.equals(stamp)) {
                stamp = found;
                value = read.apply(Files.readString(path));
                LOG.info("{} was read again", path);
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("{} cannot be read; what it said before still holds", path, e);
        }
    }
}
