package io.retort.preprocessing;

import io.retort.contract.schema.SignalSummaryModality;
import io.retort.contract.v1.Payload;

/// Statistics of channels over time, encoded.
final class SignalSummaryTensors implements Tensors {

    private final SignalWindow window;
    private final SignalSummaryModality modality;
    private final PiecewiseLinear encoding;

    SignalSummaryTensors(String field, SignalSummaryModality modality) {
        this.window =
                new SignalWindow(field, modality.channels(), modality.steps(), modality.hertz());
        this.modality = modality;
        this.encoding = new PiecewiseLinear(modality.edges(), modality.shape().size());
    }

    @Override
    public float[] tensor(Payload payload) {
        float[] tensor =
                encoding.encode(
                        SignalStatistics.of(
                                window.of(payload),
                                modality.channels(),
                                modality.windows(),
                                modality.differences()));
        window.requireFinite(tensor);
        return tensor;
    }
}
