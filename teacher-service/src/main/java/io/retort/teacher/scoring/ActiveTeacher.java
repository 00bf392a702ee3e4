package io.retort.teacher.scoring;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Lends the teacher that answers now. A new one takes over between two uses, and the native memory
/// of the old one is freed when nobody uses it any more.
final class ActiveTeacher implements AutoCloseable {

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private @Nullable Scorer scorer;

    /// The scorer is lent for the call alone.
    ///
    /// @throws NoActiveTeacherException until there is one
    <T> T use(Function<Scorer, T> use) {
        lock.readLock().lock();
        try {
            if (scorer == null) {
                throw new NoActiveTeacherException();
            }
            return use.apply(scorer);
        } finally {
            lock.readLock().unlock();
        }
    }

    Optional<Identity> identity() {
        lock.readLock().lock();
        try {
            return Optional.ofNullable(scorer)
                    .map(s -> new Identity(s.version(), s.schema().name()));
        } finally {
            lock.readLock().unlock();
        }
    }

    /// @param version SHA-256 of all that it answers from
    /// @param schema name of the schema that it knows
    record Identity(String version, String schema) {}

    /// Owns the scorer from now on.
    void replace(Scorer successor) {
        Scorer predecessor;
        lock.writeLock().lock();
        try {
            predecessor = scorer;
            scorer = successor;
        } finally {
            lock.writeLock().unlock();
        }
        if (predecessor != null) {
            predecessor.close();
        }
    }

    @Override
    public void close() {
        Scorer last;
        lock.writeLock().lock();
        try {
            last = scorer;
            scorer = null;
        } finally {
            lock.writeLock().unlock();
        }
        if (last != null) {
            last.close();
        }
    }
}
