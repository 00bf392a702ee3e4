package io.retort.teacher.scoring;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// Remembers, in a file for each teacher version, which captures are done: one byte `S` (scored) or
/// `R` (rejected) and the id in modified UTF-8 with its length before it. A record that a crash cut
/// short is dropped, so its capture is sent once more. One thread writes; many may ask for counts.
final class Journal implements AutoCloseable {

    private static final String SUFFIX = ".journal";

    private final String version;
    private final FileChannel channel;
    private final Set<String> done = new HashSet<>();
    private final AtomicInteger scored = new AtomicInteger();
    private final AtomicInteger rejected = new AtomicInteger();

    private Journal(String version, FileChannel channel) {
        this.version = version;
        this.channel = channel;
    }

    /// Opens the version's journal and deletes those of other versions: they are of no more use.
    static Journal open(Path folder, String version) {
        try {
            Files.createDirectories(folder);
            Path file = folder.resolve(version + SUFFIX);
            try (Stream<Path> files = Files.list(folder)) {
                for (Path other : files.filter(f -> f.toString().endsWith(SUFFIX)).toList()) {
                    if (!other.equals(file)) {
                        Files.delete(other);
                    }
                }
            }
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            Journal journal = new Journal(version, channel);
            long whole = journal.load(file);
            channel.truncate(whole).position(whole);
            return journal;
        } catch (IOException e) {
            throw new UncheckedIOException("could not open a journal in " + folder, e);
        }
    }

    private long load(Path file) throws IOException {
        long whole = 0;
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            for (int kind = in.read(); kind >= 0; kind = in.read()) {
                String id = in.readUTF();
                switch (kind) {
                    case 'S' -> count(id, true);
                    case 'R' -> count(id, false);
                    default ->
                            throw new IOException(
                                    file + " is damaged: delete it to score everything again");
                }
                whole += record((char) kind, id).length;
            }
        } catch (EOFException e) {
            // The last record is cut short; what is before it counts.
            return whole;
        }
        return whole;
    }

    String version() {
        return version;
    }

    boolean contains(String id) {
        return done.contains(id);
    }

    int scored() {
        return scored.get();
    }

    int rejected() {
        return rejected.get();
    }

    void scored(String id) {
        append('S', id);
        count(id, true);
    }

    void rejected(String id) {
        append('R', id);
        count(id, false);
    }

    private void count(String id, boolean good) {
        if (done.add(id)) {
            (good ? scored : rejected).incrementAndGet();
        }
    }

    private void append(char kind, String id) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(record(kind, id));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not remember that " + id + " is done", e);
        }
    }

    private static byte[] record(char kind, String id) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(8 + id.length());
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(kind);
        out.writeUTF(id);
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
