package io.retort.preprocessing;

import io.retort.contract.schema.SummaryModality;
import io.retort.contract.v1.Payload;

/// Statistics of channels over time, each encoded piecewise linearly between its edges.
final class SummaryTensors implements Tensors {

    private final SignalWindow window;
    private final SummaryModality modality;
    private final double[][] edges;

    SummaryTensors(String field, SummaryModality modality) {
        this.window =
                new SignalWindow(field, modality.channels(), modality.steps(), modality.hertz());
        this.modality = modality;
        this.edges =
                modality.edges().stream()
                        .map(own -> own.stream().mapToDouble(Double::doubleValue).toArray())
                        .toArray(double[][]::new);
    }

    @Override
    public float[] tensor(Payload payload) {
        double[] statistics =
                SignalStatistics.of(
                        window.of(payload),
                        modality.channels(),
                        modality.windows(),
                        modality.differences());
        float[] tensor = new float[modality.shape().size()];
        int at = 0;
        for (int i = 0; i < statistics.length; i++) {
            for (int right = 1; right < edges[i].length; right++) {
                double left = edges[i][right - 1];
                tensor[at++] = share((statistics[i] - left) / (edges[i][right] - left));
            }
        }
        window.requireFinite(tensor);
        return tensor;
    }

    /// Not a number stays so, to be refused.
    private static float share(double way) {
        return (float) Math.min(1, Math.max(0, way));
    }
}
