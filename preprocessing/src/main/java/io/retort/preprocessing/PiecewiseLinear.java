package io.retort.preprocessing;

import java.util.List;

/// Where statistics lie among their edges: for each pair of neighbouring edges the share of the way
/// between them, 0 before and 1 behind. [io.retort.contract.schema.Modality]s that summarise say
/// why.
final class PiecewiseLinear {

    private final double[][] edges;
    private final int width;

    /// @param edges ascending, by statistic
    PiecewiseLinear(List<List<Double>> edges, int width) {
        this.edges =
                edges.stream()
                        .map(own -> own.stream().mapToDouble(Double::doubleValue).toArray())
                        .toArray(double[][]::new);
        this.width = width;
    }

    /// Not a number stays so, to be refused.
    float[] encode(double[] statistics) {
        float[] encoded = new float[width];
        int at = 0;
        for (int i = 0; i < statistics.length; i++) {
            for (int right = 1; right < edges[i].length; right++) {
                double left = edges[i][right - 1];
                double way = (statistics[i] - left) / (edges[i][right] - left);
                encoded[at++] = (float) Math.min(1, Math.max(0, way));
            }
        }
        return encoded;
    }
}
