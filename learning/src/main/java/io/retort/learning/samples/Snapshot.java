package io.retort.learning.samples;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.retort.contract.Digests;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.SoftTarget;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The samples that one model learnt from, frozen in a file that never changes and is named by what
/// it holds, so that equal samples make one file wherever they are frozen.
///
/// The file holds, for each sample in the order of its id, the capture with all its labels and then
/// the soft target (of length 0 where there is none), each preceded by its length as a varint and
/// serialised deterministically (maps by key).
///
/// @param file `<digest>.snapshot`
/// @param digest SHA-256 of the file's bytes, in hex
/// @param samples number of samples
public record Snapshot(Path file, String digest, int samples) {

    private static final String ENDING = ".snapshot";

    /// Writes the samples into the folder, beside their place first and then moved into it.
    public static Snapshot freeze(Path folder, List<Sample> samples) throws IOException {
        Files.createDirectories(folder);
        Path part = Files.createTempFile(folder, "snapshot", ".part");
        try {
            MessageDigest sha256 = Digests.sha256();
            try (OutputStream out =
                    new BufferedOutputStream(
                            new DigestOutputStream(Files.newOutputStream(part), sha256))) {
                for (Sample sample :
                        samples.stream().sorted(Comparator.comparing(Sample::id)).toList()) {
                    write(out, sample.capture().toBuilder().putAllLabels(sample.labels()).build());
                    SoftTarget target = sample.softTarget();
                    write(out, target == null ? SoftTarget.getDefaultInstance() : target);
                }
            }
            String digest = Digests.hex(sha256);
            Path file = folder.resolve(digest + ENDING);
            Files.move(
                    part,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            return new Snapshot(file, digest, samples.size());
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /// The samples of a file, in the order of their ids.
    ///
    /// @throws IOException also where the bytes are not those that the file is named by
    public static List<Sample> read(Path file) throws IOException {
        verify(file);
        List<Sample> samples = new ArrayList<>();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            for (Capture capture = Capture.parseDelimitedFrom(in);
                    capture != null;
                    capture = Capture.parseDelimitedFrom(in)) {
                SoftTarget target = SoftTarget.parseDelimitedFrom(in);
                samples.add(
                        new Sample(
                                capture,
                                capture.getLabelsMap(),
                                target == null || target.getCaptureId().isEmpty() ? null : target));
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IOException(file + " is no snapshot: " + e.getMessage(), e);
        }
        return samples;
    }

    private static void verify(Path file) throws IOException {
        MessageDigest sha256 = Digests.sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        String digest = Digests.hex(sha256);
        if (!file.getFileName().toString().equals(digest + ENDING)) {
            throw new IOException(
                    "%s is damaged or renamed: its SHA-256 is %s".formatted(file, digest));
        }
    }

    private static void write(OutputStream out, MessageLite message) throws IOException {
        byte[] bytes = new byte[message.getSerializedSize()];
        CodedOutputStream body = CodedOutputStream.newInstance(bytes);
        body.useDeterministicSerialization();
        message.writeTo(body);
        body.checkNoSpaceLeft();
        byte[] length = new byte[CodedOutputStream.computeUInt32SizeNoTag(bytes.length)];
        CodedOutputStream head = CodedOutputStream.newInstance(length);
        head.writeUInt32NoTag(bytes.length);
        head.checkNoSpaceLeft();
        out.write(length);
        out.write(bytes);
    }
}
