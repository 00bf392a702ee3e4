package io.retort.fleet.dataset;

import io.retort.contract.Limits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The folder's table: one row a capture, with its id, group, fold and the columns that the
/// description names.
record Table(String file, Map<String, Integer> columns, List<Row> rows) {

    private static final int FOLDS = 5;

    /// @param group the id where the cell is empty: a group of its own
    record Row(CsvFile.Row source, String id, String group, int fold) {

        String place(String column) {
            return source.place(column);
        }
    }

    static Table read(CsvFile file) {
        Map<String, Integer> columns = new LinkedHashMap<>();
        List<Row> rows = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        Map<String, Row> groups = new HashMap<>();
        file.forEach(row -> {
            if (columns.isEmpty()) {
                header(row, columns);
                return;
            }
            Row read = row(row, columns);
            if (!ids.add(read.id())) {
                throw new InvalidDatasetException(
                        row.place("id"), "'" + read.id() + "' is in an earlier row too");
            }
            Row first = groups.putIfAbsent(read.group(), read);
            if (first != null && first.fold() != read.fold()) {
                throw new InvalidDatasetException(
                        row.place("fold"),
                        "group '%s' is in fold %d here and in fold %d at %s"
                                .formatted(
                                        read.group(),
                                        read.fold(),
                                        first.fold(),
                                        first.source().place()));
            }
            rows.add(read);
        });
        if (rows.isEmpty()) {
            throw new InvalidDatasetException(file.name(), "has no rows below its header");
        }
        return new Table(file.name(), columns, rows);
    }

    /// Index of a column that the description names.
    int column(String place, String name) {
        @Nullable Integer column = columns.get(name);
        if (column == null) {
            throw new InvalidDatasetException(
                    place,
                    "%s has no column '%s', only %s".formatted(file, name, columns.keySet()));
        }
        return column;
    }

    private static void header(CsvFile.Row row, Map<String, Integer> columns) {
        for (int i = 0; i < row.size(); i++) {
            if (columns.put(row.cell(i), i) != null) {
                throw new InvalidDatasetException(
                        row.place(), "column '" + row.cell(i) + "' is named twice");
            }
        }
        for (String needed : List.of("id", "group", "fold")) {
            if (!columns.containsKey(needed)) {
                throw new InvalidDatasetException(
                        row.place(), "has no column '" + needed + "', only " + columns.keySet());
            }
        }
    }

    private static Row row(CsvFile.Row row, Map<String, Integer> columns) {
        if (row.size() != columns.size()) {
            throw new InvalidDatasetException(
                    row.place(),
                    "has %d cells, the header has %d".formatted(row.size(), columns.size()));
        }
        String id = text(row, columns, "id");
        if (id.isEmpty()) {
            throw new InvalidDatasetException(row.place("id"), "is empty");
        }
        String group = text(row, columns, "group");
        double fold = CsvFile.number(row.place("fold"), cell(row, columns, "fold"));
        if (fold != Math.rint(fold) || fold < 0 || fold >= FOLDS) {
            throw new InvalidDatasetException(
                    row.place("fold"),
                    "is %s, allowed are 0 to %d".formatted(cell(row, columns, "fold"), FOLDS - 1));
        }
        return new Row(row, id, group.isEmpty() ? id : group, (int) fold);
    }

    private static String text(CsvFile.Row row, Map<String, Integer> columns, String column) {
        String text = cell(row, columns, column);
        if (text.length() > Limits.ID_CHARACTERS) {
            throw new InvalidDatasetException(
                    row.place(column),
                    "has %d characters, allowed are %d"
                            .formatted(text.length(), Limits.ID_CHARACTERS));
        }
        return text;
    }

    private static String cell(CsvFile.Row row, Map<String, Integer> columns, String column) {
        return row.cell(columns.getOrDefault(column, 0));
    }
}
