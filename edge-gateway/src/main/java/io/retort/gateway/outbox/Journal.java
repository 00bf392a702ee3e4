package io.retort.gateway.outbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Records in the order in which they were appended, numbered from 0, in a folder of segments, and
/// how many of them have been sent. What was appended survives the end of the process, however it
/// ends; what was forced survives a power cut. Used by many threads; a folder belongs to one
/// journal.
final class Journal implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Journal.class);

    private final Path folder;
    private final Bounds bounds;
    private final Deque<Segment> segments = new ArrayDeque<>();
    private FileChannel position;
    private final Object forcing = new Object();

    private FileChannel out;

    /// Near the first record not sent, so that its segment is not read from its beginning.
    private @Nullable Place place;

    private long sent;
    private long forced;
    private long forces;
    private long dropped;
    private long turn;
    private boolean closed;

    /// @param largest bytes of records that wait
    /// @param segment bytes after which a new file begins
    /// @param kept bytes of sent records that stay to be looked at
    record Bounds(long largest, long segment, long kept, WhenFull whenFull) {}

    /// @param sequence its number
    record Stored(long sequence, byte[] bytes) {}

    Journal(Path folder, Bounds bounds) throws IOException {
        this.folder = folder;
        this.bounds = bounds;
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Segment::is).sorted().toList()) {
                segments.add(Segment.found(file));
            }
        }
        for (Segment segment : segments) {
            long left = Files.size(segment.file()) - segment.bytes();
            if (left > 0 && segment != segments.getLast()) {
                log.error("{} is damaged, its last {} bytes are lost", segment.file(), left);
            }
        }
        this.position = openPosition();
        long first = segments.isEmpty() ? 0 : segments.getFirst().first();
        this.sent = Math.max(first, readPosition());
        if (segments.isEmpty()) {
            segments.add(Segment.at(folder, sent));
        }
        Segment last = segments.getLast();
        if (last.end() < sent) {
            // The file of what was sent survived a power cut that the records did not.
            last = Segment.at(folder, sent);
            segments.add(last);
        }
        this.out = last.append();
        this.forced = last.end();
    }

    /// Appends a record, which then is as safe as the operating system.
    ///
    /// @throws OutboxFullException where no more may wait, and nothing may be dropped
    synchronized void append(byte[] record) throws IOException {
        if (closed) {
            throw new IOException("the journal is closed");
        }
        makeRoom(Segment.HEADER + record.length);
        if (segments.getLast().bytes() >= bounds.segment()) {
            roll();
        }
        Segment last = segments.getLast();
        if (!out.isOpen()) {
            // A thread that is interrupted while it writes closes the channel.
            out = last.append();
        }
        try {
            last.write(out, record);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            if (bounds.whenFull() == WhenFull.REFUSE || segments.size() == 1) {
                throw e;
            }
            // The disk may be full of what waits.
            dropOldest();
            last.write(out, record);
        }
        notifyAll();
    }

    /// Returns once all that was appended before is on disk; callers at the same time share the
    /// wait.
    void force() throws IOException {
        long wanted;
        synchronized (this) {
            wanted = segments.getLast().end();
        }
        synchronized (forcing) {
            FileChannel channel;
            long end;
            synchronized (this) {
                if (forced >= wanted || closed) {
                    return;
                }
                channel = out;
                end = segments.getLast().end();
            }
            try {
                channel.force(false);
            } catch (ClosedChannelException e) {
                // A segment is forced before it is closed.
                synchronized (this) {
                    if (forced >= wanted) {
                        return;
                    }
                }
                throw e;
            }
            synchronized (this) {
                forced = Math.max(forced, end);
                forces++;
            }
        }
    }

    /// Records that wait, from the first one not sent; waits until there is one. For one thread.
    ///
    /// @return nothing once the journal is closed
    List<Stored> waiting(int most, long mostBytes) throws IOException, InterruptedException {
        while (true) {
            List<Extent> extents;
            long from;
            synchronized (this) {
                while (!closed && segments.getLast().end() <= sent) {
                    wait();
                }
                if (closed) {
                    return List.of();
                }
                from = sent;
                extents = extents();
            }
            for (Extent extent : extents) {
                if (extent.end() > from) {
                    List<Stored> found = read(extent, from, most, mostBytes);
                    if (!found.isEmpty()) {
                        return found;
                    }
                }
            }
        }
    }

    private List<Stored> read(Extent extent, long from, int most, long mostBytes)
            throws IOException {
        Place start = place;
        if (start == null || start.segment() != extent.segment() || start.sequence() > from) {
            start = new Place(extent.segment(), extent.segment().first(), 0);
        }
        List<Stored> found = new ArrayList<>();
        try (Reader reader = new Reader(start, extent.end())) {
            long bytes = 0;
            Stored next = reader.next();
            while (next != null) {
                if (next.sequence() >= from) {
                    found.add(next);
                    bytes += next.bytes().length;
                }
                if (next.sequence() < from) {
                    place = reader.place();
                }
                next = found.size() < most && bytes < mostBytes ? reader.next() : null;
            }
            if (reader.damaged() && found.isEmpty()) {
                skip(extent);
            }
        } catch (NoSuchFileException e) {
            // Dropped in the meantime, to make room.
            log.debug("{} is gone", e.getMessage());
        }
        return found;
    }

    private synchronized void skip(Extent damaged) throws IOException {
        long lost = damaged.end() - Math.max(sent, damaged.segment().first());
        dropped += Math.max(0, lost);
        log.error("{} is damaged, {} records are lost", damaged.segment().file(), lost);
        sent(damaged.end());
    }

    /// Every record below this number has been sent.
    synchronized void sent(long next) throws IOException {
        if (closed || next <= sent) {
            return;
        }
        sent = next;
        writePosition();
        forgetSent();
    }

    /// Every whole record that is still there, sent or not.
    void forEach(BiConsumer<Long, byte[]> action) throws IOException {
        List<Extent> extents;
        synchronized (this) {
            extents = extents();
        }
        for (Extent extent : extents) {
            Place start = new Place(extent.segment(), extent.segment().first(), 0);
            try (Reader reader = new Reader(start, extent.end())) {
                for (Stored next = reader.next(); next != null; next = reader.next()) {
                    action.accept(next.sequence(), next.bytes());
                }
            }
        }
    }

    private List<Extent> extents() {
        return segments.stream()
                .filter(segment -> segment.records() > 0)
                .map(segment -> new Extent(segment, segment.end()))
                .toList();
    }

    /// Records that wait.
    synchronized long depth() {
        return Math.max(0, segments.getLast().end() - sent);
    }

    /// Of the records that wait, at most; a segment that is half sent counts whole.
    synchronized long bytes() {
        return segments.stream().filter(s -> s.end() > sent).mapToLong(Segment::bytes).sum();
    }

    /// Records that were dropped before they were sent.
    synchronized long dropped() {
        return dropped;
    }

    /// Waits for the disk.
    synchronized long forces() {
        return forces;
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            notifyAll();
        }
        synchronized (forcing) {
            out.force(true);
            out.close();
            position.force(true);
            position.close();
        }
    }

    private void makeRoom(long needed) throws IOException {
        while (bytes() + needed > bounds.largest()) {
            if (bounds.whenFull() == WhenFull.REFUSE || needed > bounds.largest()) {
                throw new OutboxFullException(bytes(), bounds.largest());
            }
            if (segments.size() == 1) {
                roll();
            }
            dropOldest();
        }
    }

    /// Drops the oldest segment, which is not the one that is written to.
    private void dropOldest() throws IOException {
        Segment oldest = segments.removeFirst();
        long lost = Math.max(0, oldest.end() - Math.max(sent, oldest.first()));
        if (lost > 0) {
            dropped += lost;
            log.warn("{} records were dropped, the oldest of those that waited", lost);
        }
        sent = Math.max(sent, oldest.end());
        writePosition();
        oldest.delete();
    }

    private void roll() throws IOException {
        FileChannel full = out;
        Segment next = Segment.at(folder, segments.getLast().end());
        out = next.append();
        segments.add(next);
        full.force(false);
        full.close();
        forced = Math.max(forced, next.first());
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private void forgetSent() throws IOException {
        long kept = 0;
        for (Segment segment : segments) {
            if (segment.end() <= sent) {
                kept += segment.bytes();
            }
        }
        while (kept > bounds.kept() && segments.size() > 1 && segments.getFirst().end() <= sent) {
            Segment oldest = segments.removeFirst();
            kept -= oldest.bytes();
            oldest.delete();
        }
    }

    /// Two places take turns, so that one is whole whenever the power is cut.
    private void writePosition() throws IOException {
        ByteBuffer slot = ByteBuffer.allocate(2 * Long.BYTES);
        slot.putLong(sent).putLong(~sent).flip();
        if (!position.isOpen()) {
            position = openPosition();
        }
        long at = (turn++ & 1) * slot.capacity();
        while (slot.hasRemaining()) {
            at += position.write(slot, at);
        }
    }

    private FileChannel openPosition() throws IOException {
        return FileChannel.open(
                folder.resolve("sent"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    private long readPosition() throws IOException {
        ByteBuffer slots = ByteBuffer.allocate(4 * Long.BYTES);
        long at = 0;
        int read = position.read(slots, at);
        while (read > 0 && slots.hasRemaining()) {
            at += read;
            read = position.read(slots, at);
        }
        long found = 0;
        for (int i = 0; i < 2; i++) {
            long value = slots.getLong(2 * i * Long.BYTES);
            if (slots.getLong((2 * i + 1) * Long.BYTES) == ~value) {
                found = Math.max(found, value);
            }
        }
        return found;
    }

    /// A segment and how far it went when it was looked at.
    private record Extent(Segment segment, long end) {}

    /// Where a record begins.
    private record Place(Segment segment, long sequence, long at) {}

    /// Reads the records of a segment up to an end.
    private static final class Reader implements AutoCloseable {

        private final long end;
        private final FileChannel in;
        private Place place;
        private boolean damaged;

        Reader(Place start, long end) throws IOException {
            this.place = start;
            this.end = end;
            this.in = FileChannel.open(start.segment().file(), StandardOpenOption.READ);
        }

        /// Null after the last one, and before one that is damaged.
        @Nullable Stored next() throws IOException {
            if (damaged || place.sequence() >= end) {
                return null;
            }
            byte[] bytes = Segment.read(in, place.at());
            if (bytes == null) {
                damaged = true;
                return null;
            }
            long sequence = place.sequence();
            place =
                    new Place(
                            place.segment(),
                            sequence + 1,
                            place.at() + Segment.HEADER + bytes.length);
            return new Stored(sequence, bytes);
        }

        /// Where the next record begins.
        Place place() {
            return place;
        }

        boolean damaged() {
            return damaged;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
