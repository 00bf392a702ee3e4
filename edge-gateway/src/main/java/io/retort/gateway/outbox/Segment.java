package io.retort.gateway.outbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// One file of a journal: records one after the other, each as its length (int32), the CRC-32C of
/// its bytes (int32), and its bytes. The file's name is the number of its first record.
final class Segment {

    static final int HEADER = 2 * Integer.BYTES;

    private static final String SUFFIX = ".journal";
    private static final int LARGEST_RECORD = 64 << 20;

    private final Path file;
    private final long first;
    private long records;
    private long bytes;

    private Segment(Path file, long first) {
        this.file = file;
        this.first = first;
    }

    static Segment at(Path folder, long first) {
        return new Segment(folder.resolve("%020d%s".formatted(first, SUFFIX)), first);
    }

    static boolean is(Path file) {
        return file.getFileName().toString().matches("\\d{20}\\" + SUFFIX);
    }

    /// Reads how many whole records a file holds. What follows them was being written when the
    /// gateway ended.
    static Segment found(Path file) throws IOException {
        String name = file.getFileName().toString();
        Segment segment =
                new Segment(
                        file, Long.parseLong(name.substring(0, name.length() - SUFFIX.length())));
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            while (true) {
                byte[] record = read(in, segment.bytes);
                if (record == null) {
                    return segment;
                }
                segment.added(record.length);
            }
        }
    }

    Path file() {
        return file;
    }

    long first() {
        return first;
    }

    long records() {
        return records;
    }

    /// Sequence number after the last record.
    long end() {
        return first + records;
    }

    /// Of its whole records.
    long bytes() {
        return bytes;
    }

    /// Opens the file to write behind the last whole record.
    FileChannel append() throws IOException {
        FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        out.truncate(bytes);
        out.position(bytes);
        return out;
    }

    /// Writes a record whole, or leaves the file as it was.
    void write(FileChannel out, byte[] record) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(HEADER + record.length);
        buffer.putInt(record.length).putInt(checksum(record)).put(record).flip();
        try {
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
        } catch (IOException e) {
            out.truncate(bytes);
            out.position(bytes);
            throw e;
        }
        added(record.length);
    }

    /// The record at a place in the file; null where there is no whole one.
    static byte @Nullable [] read(FileChannel in, long at) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        if (!fill(in, header, at)) {
            return null;
        }
        int length = header.getInt(0);
        if (length < 0 || length > LARGEST_RECORD || at + HEADER + length > in.size()) {
            return null;
        }
        ByteBuffer record = ByteBuffer.allocate(length);
        if (!fill(in, record, at + HEADER) || checksum(record.array()) != header.getInt(4)) {
            return null;
        }
        return record.array();
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    private void added(int length) {
        records++;
        bytes += HEADER + length;
    }

    private static boolean fill(FileChannel in, ByteBuffer buffer, long at) throws IOException {
        long place = at;
        while (buffer.hasRemaining()) {
            int read = in.read(buffer, place);
            if (read < 0) {
                return false;
            }
            place += read;
        }
        return true;
    }

    private static int checksum(byte[] record) {
        CRC32C crc = new CRC32C();
        crc.update(record);
        return (int) crc.getValue();
    }
}
