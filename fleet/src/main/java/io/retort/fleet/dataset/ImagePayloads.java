package io.retort.fleet.dataset;

import com.google.protobuf.UnsafeByteOperations;
import io.retort.contract.InvalidRecordException;
import io.retort.contract.Limits;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Image;
import io.retort.contract.v1.Payload;
import io.retort.preprocessing.Preprocessing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Image files, read when asked for. Each one's first bytes are looked at beforehand, so that a
/// missing or unknown file is told before anything else begins.
record ImagePayloads(ImageModality modality, List<@Nullable ImageFile> files) implements Payloads {

    private static final int COLOUR_SIDE = 64;
    private static final int THERMAL_SIDE = 32;
    private static final int HEADER_BYTES = 26;
    private static final long PNG_SIGNATURE = 0x89504E470D0A1A0AL;

    record ImageFile(String place, Path path, Image.Encoding encoding, boolean thermal) {}

    /// Colour (and 8-bit grey) becomes three channels around 0; 16-bit grey becomes one, normalised
    /// by the files outside the test fold.
    static ImagePayloads of(
            String name,
            Description.ImageSource source,
            Folder folder,
            Table table,
            int testFold,
            Map<String, Head> heads) {
        List<@Nullable ImageFile> files = files(name, source, folder, table);
        ImageFile first =
                files.stream()
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElseThrow(() ->
                                new InvalidDatasetException(
                                        table.file() + ", column '" + source.column() + "'",
                                        "no row has an image"));
        for (ImageFile file : files) {
            if (file != null && file.thermal() != first.thermal()) {
                throw new InvalidDatasetException(
                        file.place(),
                        "16-bit grey and other images are mixed: %s differs from %s"
                                .formatted(file.path(), first.path()));
            }
        }
        if (!first.thermal()) {
            return new ImagePayloads(
                    new ImageModality(
                            3,
                            Objects.requireNonNullElse(source.height(), COLOUR_SIDE),
                            Objects.requireNonNullElse(source.width(), COLOUR_SIDE),
                            Objects.requireNonNullElse(source.scale(), 1 / 255.0),
                            Collections.nCopies(3, 0.5),
                            Collections.nCopies(3, 0.25)),
                    files);
        }
        ImagePayloads raw =
                new ImagePayloads(
                        new ImageModality(
                                1,
                                Objects.requireNonNullElse(source.height(), THERMAL_SIDE),
                                Objects.requireNonNullElse(source.width(), THERMAL_SIDE),
                                Objects.requireNonNullElse(source.scale(), 1.0),
                                List.of(0.0),
                                List.of(1.0)),
                        files);
        return raw.normalised(name, table, testFold, heads);
    }

    @Override
    public boolean present(int row) {
        return files.get(row) != null;
    }

    @Override
    public @Nullable Payload payload(int row) {
        ImageFile file = files.get(row);
        if (file == null) {
            return null;
        }
        try {
            return Payload.newBuilder()
                    .setImage(
                            Image.newBuilder()
                                    .setEncoding(file.encoding())
                                    .setData(
                                            UnsafeByteOperations.unsafeWrap(
                                                    Files.readAllBytes(file.path()))))
                    .build();
        } catch (IOException e) {
            throw new InvalidDatasetException(file.place(), "cannot be read: " + e, e);
        }
    }

    private ImagePayloads normalised(
            String name, Table table, int testFold, Map<String, Head> heads) {
        Preprocessing preprocessing =
                new Preprocessing(new Schema("statistics", Map.of(name, modality), heads));
        Moments moments = new Moments();
        for (int row = 0; row < files.size(); row++) {
            @Nullable ImageFile file = files.get(row);
            if (file == null || table.rows().get(row).fold() == testFold) {
                continue;
            }
            try {
                for (float value : preprocessing.tensor(name, requirePayload(row))) {
                    moments.add(value);
                }
            } catch (InvalidRecordException e) {
                throw new InvalidDatasetException(file.place(), e);
            }
        }
        return new ImagePayloads(
                new ImageModality(
                        1,
                        modality.height(),
                        modality.width(),
                        modality.scale(),
                        List.of(moments.mean()),
                        List.of(moments.deviation())),
                files);
    }

    private Payload requirePayload(int row) {
        return Objects.requireNonNull(payload(row));
    }

    private static List<@Nullable ImageFile> files(
            String name, Description.ImageSource source, Folder folder, Table table) {
        int column = table.column(Description.FILE + ", modality '" + name + "'", source.column());
        List<@Nullable ImageFile> files = new ArrayList<>();
        for (Table.Row row : table.rows()) {
            String cell = row.source().cell(column);
            if (cell.isEmpty()) {
                files.add(null);
            } else {
                String place = row.place(source.column());
                files.add(look(place, folder.file(place, cell)));
            }
        }
        return files;
    }

    private static ImageFile look(String place, Path path) {
        ByteBuffer header;
        try (InputStream in = Files.newInputStream(path)) {
            if (Files.size(path) > Limits.IMAGE_BYTES) {
                throw new InvalidDatasetException(
                        place,
                        "%s has %d bytes, allowed are %d"
                                .formatted(path, Files.size(path), Limits.IMAGE_BYTES));
            }
            header = ByteBuffer.wrap(in.readNBytes(HEADER_BYTES));
        } catch (IOException e) {
            throw new InvalidDatasetException(place, "cannot be read: " + e, e);
        }
        if (header.remaining() >= 3
                && header.getShort(0) == (short) 0xFFD8
                && header.get(2) == (byte) 0xFF) {
            return new ImageFile(place, path, Image.Encoding.JPEG, false);
        }
        if (header.remaining() == HEADER_BYTES && header.getLong(0) == PNG_SIGNATURE) {
            int bits = header.get(24);
            int colourType = header.get(25);
            boolean thermal = bits == 16 && colourType == 0;
            if (bits == 16 && !thermal) {
                throw new InvalidDatasetException(
                        place, path + " is a 16-bit PNG in colour: store 8 bits, or 16-bit grey");
            }
            return new ImageFile(place, path, Image.Encoding.PNG, thermal);
        }
        throw new InvalidDatasetException(place, path + " is neither a JPEG nor a PNG");
    }
}
