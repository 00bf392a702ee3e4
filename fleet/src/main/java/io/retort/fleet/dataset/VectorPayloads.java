package io.retort.fleet.dataset;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.Limits;
import io.retort.contract.schema.SavitzkyGolay;
import io.retort.contract.schema.StandardNormalVariate;
import io.retort.contract.schema.Treatment;
import io.retort.contract.schema.VectorModality;
import io.retort.contract.v1.Payload;
import io.retort.contract.v1.Vector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One file's vectors by row of the table, kept in memory as floats.
record VectorPayloads(VectorModality modality, List<Float> axis, List<float @Nullable []> values)
        implements Payloads {

    /// Below it a spectrum has no shape worth treating.
    private static final int TREATED = 5;

    private static final int WINDOW = 17;

    static VectorPayloads of(
            String name, Description.VectorSource source, Folder folder, Table table) {
        String place = Description.FILE + ", modality '" + name + "'";
        CsvFile file = new CsvFile(source.file(), folder.file(place, source.file()));
        Map<String, Integer> rows = new HashMap<>();
        for (int i = 0; i < table.rows().size(); i++) {
            rows.put(table.rows().get(i).id(), i);
        }
        List<Double> axis = new ArrayList<>();
        Map<Integer, float[]> vectors = new HashMap<>();
        Map<String, Long> lines = new HashMap<>();
        file.forEach(row -> {
            if (axis.isEmpty()) {
                axis.addAll(header(row));
                return;
            }
            if (row.size() != axis.size() + 1) {
                throw new InvalidDatasetException(
                        row.place(),
                        "has %d cells, the header has %d".formatted(row.size(), axis.size() + 1));
            }
            String id = row.cell(0);
            @Nullable Integer at = rows.get(id);
            if (at == null) {
                throw new InvalidDatasetException(
                        row.place("id"), "'" + id + "' is not in " + table.file());
            }
            @Nullable Long earlier = lines.put(id, row.line());
            if (earlier != null) {
                throw new InvalidDatasetException(
                        row.place("id"), "'" + id + "' is in line " + earlier + " too");
            }
            if (!row.isBlankFrom(1)) {
                vectors.put(at, row.floats(1));
            }
        });
        if (vectors.isEmpty()) {
            throw new InvalidDatasetException(file.name(), "has no rows below its header");
        }
        List<float @Nullable []> values = new ArrayList<>();
        for (int i = 0; i < table.rows().size(); i++) {
            values.add(vectors.get(i));
        }
        try {
            return new VectorPayloads(
                    new VectorModality(
                            source.axis(),
                            axis,
                            Objects.requireNonNullElseGet(
                                    source.treatments(), () -> treatments(axis.size()))),
                    axis.stream().map(Double::floatValue).toList(),
                    values);
        } catch (InvalidRecordException e) {
            throw new InvalidDatasetException(place, e);
        }
    }

    @Override
    public boolean present(int row) {
        return values.get(row) != null;
    }

    @Override
    public @Nullable Payload payload(int row) {
        float @Nullable [] vector = values.get(row);
        if (vector == null) {
            return null;
        }
        Vector.Builder payload = Vector.newBuilder().addAllAxis(axis);
        for (float value : vector) {
            payload.addValues(value);
        }
        return Payload.newBuilder().setVector(payload).build();
    }

    /// Scatter removed, second derivatives instead of levels and slopes, and unit spread: what
    /// chemometrics does to near-infrared spectra first (Rinnan, van den Berg & Engelsen 2009). The
    /// window shrinks to the odd size that fits.
    private static List<Treatment> treatments(int size) {
        if (size < TREATED) {
            return List.of();
        }
        int window = Math.min(WINDOW, size - 1 + size % 2);
        return List.of(
                new StandardNormalVariate(),
                new SavitzkyGolay(window, 2, 2),
                new StandardNormalVariate());
    }

    private static List<Double> header(CsvFile.Row row) {
        if (!row.cell(0).equals("id")) {
            throw new InvalidDatasetException(
                    row.place(1), "must be 'id', is '" + row.cell(0) + "'");
        }
        if (row.size() < 3 || row.size() > Limits.VECTOR_VALUES + 1) {
            throw new InvalidDatasetException(
                    row.place(),
                    "names %d axis values, allowed are 2 to %d"
                            .formatted(row.size() - 1, Limits.VECTOR_VALUES));
        }
        List<Double> axis = new ArrayList<>();
        for (int i = 1; i < row.size(); i++) {
            axis.add(CsvFile.number(row.place(i + 1), row.cell(i)));
            if (i > 1 && !(axis.get(i - 1).floatValue() > axis.get(i - 2).floatValue())) {
                throw new InvalidDatasetException(
                        row.place(i + 1), "the axis must ascend strictly");
            }
        }
        return axis;
    }
}
