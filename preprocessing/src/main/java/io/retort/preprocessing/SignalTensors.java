package io.retort.preprocessing;

import io.retort.contract.schema.SignalModality;
import io.retort.contract.v1.Payload;

/// Channels over time, each normalised.
final class SignalTensors implements Tensors {

    private final SignalWindow window;
    private final SignalModality modality;

    SignalTensors(String field, SignalModality modality) {
        this.window =
                new SignalWindow(field, modality.channels(), modality.steps(), modality.hertz());
        this.modality = modality;
    }

    @Override
    public float[] tensor(Payload payload) {
        double[] values = window.of(payload);
        float[] tensor = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            int channel = i / modality.steps();
            tensor[i] =
                    (float)
                            ((values[i] - modality.mean().get(channel))
                                    / modality.deviation().get(channel));
        }
        window.requireFinite(tensor);
        return tensor;
    }
}
