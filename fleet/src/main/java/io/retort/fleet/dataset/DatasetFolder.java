package io.retort.fleet.dataset;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.Records;
import io.retort.contract.Times;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Label;
import io.retort.contract.v1.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A folder of captures. `dataset.json` names a table, modalities and heads:
///
/// - the table has a row a capture with its `id`, `group` and `fold` (0 to 4) and a column for each
///   image modality (paths of JPEG and PNG files) and each head; an empty cell is a sensor that was
///   absent or a label that is unknown;
/// - a vector modality is one file with the header `id,<axis value>...` and a row an id;
/// - a signal modality is one file a channel without header, whose row i belongs to the table's row
///   i and whose columns are time steps; `.csv.gz` is gzipped.
///
/// The schema comes from the data: classes are the table's, sorted. Means and deviations (signals,
/// 16-bit grey images) come from the training folds only, so nothing of a test capture is in the
/// schema but the names of its classes and the range of its regressions.
public final class DatasetFolder implements Dataset {

    /// Folders tell no times: item i was captured i seconds later.
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static final int NO_FOLD = -1;

    private final Schema schema;
    private final List<Entry> entries;
    private final Map<String, Payloads> payloads;

    private DatasetFolder(Schema schema, List<Entry> entries, Map<String, Payloads> payloads) {
        this.schema = schema;
        this.entries = List.copyOf(entries);
        this.payloads = payloads;
    }

    /// With means and deviations over all folds: for what is only streamed, never evaluated.
    public static DatasetFolder read(Path path) {
        return read(path, NO_FOLD);
    }

    /// @param testFold whose rows are left out of means and deviations
    /// @throws InvalidDatasetException naming file, line and column
    public static DatasetFolder read(Path path, int testFold) {
        Folder folder = Folder.of(path);
        Description description = description(folder);
        CsvFile file =
                new CsvFile(
                        description.table(), folder.file(Description.FILE, description.table()));
        Table table = Table.read(file);
        requireTrainingAndTestRows(table, testFold);
        List<Map<String, Label>> labels = new ArrayList<>();
        table.rows().forEach(_ -> labels.add(new LinkedHashMap<>()));
        Map<String, Head> heads = new LinkedHashMap<>();
        description
                .heads()
                .forEach((name, target) -> heads.put(name, head(name, target, table, labels)));
        Map<String, Payloads> payloads = new LinkedHashMap<>();
        Map<String, Modality> modalities = new LinkedHashMap<>();
        try {
            description
                    .modalities()
                    .forEach((name, source) -> {
                        Payloads read = payloads(name, source, folder, table, testFold, heads);
                        payloads.put(name, read);
                        modalities.put(name, read.modality());
                    });
            Schema schema = new Schema(description.name(), modalities, heads);
            return new DatasetFolder(schema, entries(table, payloads, labels), payloads);
        } catch (InvalidRecordException e) {
            throw new InvalidDatasetException(Description.FILE, e);
        }
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public List<Entry> entries() {
        return entries;
    }

    @Override
    public Item item(int index) {
        Entry entry = entries.get(index);
        Capture.Builder capture =
                Capture.newBuilder()
                        .setId(entry.id())
                        .setStation(schema.name())
                        .setGroup(entry.group())
                        .setCapturedAt(Times.timestamp(START.plusSeconds(index)))
                        .setSchema(schema.name());
        payloads.forEach((name, modality) -> {
            @Nullable Payload payload = modality.payload(index);
            if (payload != null) {
                capture.putModalities(name, payload);
            }
        });
        return new Item(Records.check(capture.build()), entry.labels(), entry.fold());
    }

    private static Description description(Folder folder) {
        Path file = folder.file(folder.path().toString(), Description.FILE);
        try {
            return Description.parse(Files.readString(file));
        } catch (IOException e) {
            throw new InvalidDatasetException(Description.FILE, "cannot be read: " + e, e);
        }
    }

    private static void requireTrainingAndTestRows(Table table, int testFold) {
        if (testFold == NO_FOLD) {
            return;
        }
        long tested = table.rows().stream().filter(row -> row.fold() == testFold).count();
        if (tested == 0 || tested == table.rows().size()) {
            throw new InvalidDatasetException(
                    table.file() + ", column 'fold'",
                    "%d of %d rows are in test fold %d: both sides of the split need some"
                            .formatted(tested, table.rows().size(), testFold));
        }
    }

    private static Payloads payloads(
            String name,
            Description.Source source,
            Folder folder,
            Table table,
            int testFold,
            Map<String, Head> heads) {
        return switch (source) {
            case Description.ImageSource image ->
                    ImagePayloads.of(name, image, folder, table, testFold, heads);
            case Description.VectorSource vector -> VectorPayloads.of(name, vector, folder, table);
            case Description.SignalSource signal ->
                    SignalPayloads.of(name, signal, folder, table, testFold);
        };
    }

    private static List<Entry> entries(
            Table table, Map<String, Payloads> payloads, List<Map<String, Label>> labels) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            Table.Row row = table.rows().get(i);
            int at = i;
            if (payloads.values().stream().noneMatch(modality -> modality.present(at))) {
                throw new InvalidDatasetException(row.source().place(), "no sensor was present");
            }
            entries.add(new Entry(row.id(), row.group(), row.fold(), labels.get(i)));
        }
        return entries;
    }

    private static Head head(
            String name, Description.Target target, Table table, List<Map<String, Label>> labels) {
        int column = table.column(Description.FILE + ", head '" + name + "'", target.column());
        return switch (target) {
            case Description.ClassificationTarget _ ->
                    classification(name, target.column(), column, table, labels);
            case Description.RegressionTarget regression ->
                    regression(name, regression, column, table, labels);
        };
    }

    private static ClassificationHead classification(
            String name,
            String columnName,
            int column,
            Table table,
            List<Map<String, Label>> labels) {
        Set<String> classes = new HashSet<>();
        for (int i = 0; i < labels.size(); i++) {
            String cell = table.rows().get(i).source().cell(column);
            if (!cell.isEmpty()) {
                classes.add(cell);
                labels.get(i).put(name, Label.newBuilder().setCategory(cell).build());
            }
        }
        try {
            return new ClassificationHead(sorted(classes));
        } catch (InvalidRecordException e) {
            throw new InvalidDatasetException(table.file() + ", column '" + columnName + "'", e);
        }
    }

    private static RegressionHead regression(
            String name,
            Description.RegressionTarget target,
            int column,
            Table table,
            List<Map<String, Label>> labels) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        double minimum = Objects.requireNonNullElse(target.minimum(), Double.NEGATIVE_INFINITY);
        double maximum = Objects.requireNonNullElse(target.maximum(), Double.POSITIVE_INFINITY);
        for (int i = 0; i < labels.size(); i++) {
            Table.Row row = table.rows().get(i);
            String cell = row.source().cell(column);
            if (cell.isEmpty()) {
                continue;
            }
            double value = CsvFile.number(row.place(target.column()), cell);
            if (value < minimum || value > maximum) {
                throw new InvalidDatasetException(
                        row.place(target.column()),
                        "is %s, %s allows %s to %s"
                                .formatted(cell, Description.FILE, minimum, maximum));
            }
            least = Math.min(least, value);
            most = Math.max(most, value);
            labels.get(i).put(name, Label.newBuilder().setValue(value).build());
        }
        try {
            return new RegressionHead(
                    target.minimum() == null ? least : minimum,
                    target.maximum() == null ? most : maximum);
        } catch (InvalidRecordException e) {
            throw new InvalidDatasetException(
                    table.file() + ", column '" + target.column() + "'", e);
        }
    }

    /// Numbers by value where all are numbers, else text by its characters.
    private static List<String> sorted(Set<String> classes) {
        Comparator<String> order =
                classes.stream().allMatch(DatasetFolder::isNumber)
                        ? Comparator.comparingDouble(Double::parseDouble)
                                .thenComparing(Comparator.naturalOrder())
                        : Comparator.naturalOrder();
        return classes.stream().sorted(order).toList();
    }

    private static boolean isNumber(String text) {
        return text.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    }
}
