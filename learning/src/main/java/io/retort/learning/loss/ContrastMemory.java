package io.retort.learning.loss;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/// The last embeddings of a teacher, oldest first; what exceeds the capacity is forgotten.
public final class ContrastMemory {

    private final int capacity;
    private final int width;
    private final Deque<float[]> rows = new ArrayDeque<>();

    public ContrastMemory(int capacity, int width) {
        if (capacity < 1 || width < 1) {
            throw new IllegalArgumentException("capacity and width must be at least 1");
        }
        this.capacity = capacity;
        this.width = width;
    }

    public int size() {
        return rows.size();
    }

    public void add(List<float[]> embeddings) {
        for (float[] embedding : embeddings) {
            if (embedding.length != width) {
                throw new IllegalArgumentException(
                        "embedding of %d values, the memory holds %d"
                                .formatted(embedding.length, width));
            }
            rows.addLast(embedding.clone());
            if (rows.size() > capacity) {
                rows.removeFirst();
            }
        }
    }

    /// size x width, row by row.
    public float[] values() {
        float[] values = new float[rows.size() * width];
        int at = 0;
        for (float[] row : rows) {
            System.arraycopy(row, 0, values, at, width);
            at += width;
        }
        return values;
    }

    /// Becomes what [#values] was of.
    public void restore(float[] values) {
        if (values.length % width != 0) {
            throw new IllegalArgumentException(
                    "%d values are no rows of %d".formatted(values.length, width));
        }
        rows.clear();
        for (int at = 0; at < values.length; at += width) {
            add(List.of(Arrays.copyOfRange(values, at, at + width)));
        }
    }
}
