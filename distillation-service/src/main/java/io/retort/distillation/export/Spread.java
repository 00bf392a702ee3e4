package io.retort.distillation.export;

import io.retort.learning.training.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Picks the captures that a file is calibrated, compared or timed on.
public final class Spread {

    private Spread() {}

    /// Tensors of at most so many examples, evenly from the whole list.
    public static List<Map<String, float[]>> inputs(List<Example> examples, int most) {
        return of(examples, most).stream().map(Example::inputs).toList();
    }

    static <T> List<T> of(List<T> all, int most) {
        int size = Math.min(most, all.size());
        List<T> spread = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            spread.add(all.get((int) ((long) i * all.size() / size)));
        }
        return spread;
    }
}
