package io.retort.contract.schema;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.Limits;
import java.util.ArrayList;
import java.util.List;

/// What summaries encode their statistics between: for each statistic a list of edges, ascending; a
/// statistic without edges is left out.
///
/// Encoded is where the statistic lies among the edges, piecewise linearly (Gorishniy, Rubachev &
/// Babenko 2022, "On Embeddings for Numerical Features in Tabular Deep Learning", eq. 1): between
/// two neighbours the share of the way, 0 before and 1 behind, so that a network can tell small
/// steps of a wide range apart. Unlike there, the outermost parts are bounded too: values never
/// seen in training cannot push a network further than the farthest seen.
final class Edges {

    private Edges() {}

    static List<List<Double>> checked(String field, List<List<Double>> edges, int statistics) {
        if (edges.size() != statistics) {
            throw new InvalidRecordException(
                    field,
                    "has %d lists, expected one for each of %d statistics"
                            .formatted(edges.size(), statistics));
        }
        List<List<Double>> checked = new ArrayList<>();
        for (int i = 0; i < statistics; i++) {
            checked.add(ascending(field + "[" + i + "]", edges.get(i)));
        }
        int width = width(checked);
        if (width < 1 || width > Limits.SUMMARY_VALUES) {
            throw new InvalidRecordException(
                    field,
                    "encode as %d values, allowed are 1 to %d"
                            .formatted(width, Limits.SUMMARY_VALUES));
        }
        return List.copyOf(checked);
    }

    /// Values that the statistics become.
    static int width(List<List<Double>> edges) {
        return edges.stream().mapToInt(own -> Math.max(0, own.size() - 1)).sum();
    }

    private static List<Double> ascending(String field, List<Double> edges) {
        if (edges.size() == 1) {
            throw new InvalidRecordException(field, "has 1 edge, allowed are none or at least 2");
        }
        Numbers.finite(field, edges, edges.size());
        for (int i = 1; i < edges.size(); i++) {
            if (edges.get(i) <= edges.get(i - 1)) {
                throw new InvalidRecordException(
                        field + "[" + i + "]", "the edges must ascend strictly");
            }
        }
        return List.copyOf(edges);
    }
}
