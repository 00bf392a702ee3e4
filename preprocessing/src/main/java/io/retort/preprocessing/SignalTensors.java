package io.retort.preprocessing;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.SignalModality;
import io.retort.contract.v1.Payload;
import io.retort.contract.v1.Signal;

/// Channels over time, resampled linearly and aligned on the newest sample.
///
/// A payload of n samples at h hertz lasts n/h seconds, and must last the schema's steps/hertz.
/// Where the oldest step falls before the first sample (by less than one of its steps) it takes
/// that sample's value. Nothing is low-passed: stations that sample faster filter themselves.
final class SignalTensors implements Tensors {

    private final String field;
    private final SignalModality modality;

    SignalTensors(String field, SignalModality modality) {
        this.field = field;
        this.modality = modality;
    }

    @Override
    public float[] tensor(Payload payload) {
        Tensors.requireKind(field, payload, Payload.KindCase.SIGNAL);
        Signal signal = payload.getSignal();
        int samples = signal.getSteps();
        int steps = modality.steps();
        check(signal);
        // Payload samples per step. Through float, as the wire's hertz went, so that equal rates
        // stay equal.
        double stride = signal.getHertz() / (double) (float) modality.hertz();
        if (steps * stride > samples * (1 + 1e-6)) {
            throw new InvalidRecordException(
                    field + ".signal.steps",
                    "%d samples at %s Hz last %.3f s, the schema needs %.3f s"
                            .formatted(
                                    samples,
                                    signal.getHertz(),
                                    samples / signal.getHertz(),
                                    steps / modality.hertz()));
        }
        float[] tensor = new float[modality.channels() * steps];
        for (int channel = 0; channel < modality.channels(); channel++) {
            double mean = modality.mean().get(channel);
            double deviation = modality.deviation().get(channel);
            int first = channel * samples;
            for (int step = 0; step < steps; step++) {
                double at = Math.max(0, samples - 1 - (steps - 1 - step) * stride);
                int left = (int) at;
                double value = signal.getValues(first + left);
                double part = at - left;
                if (part > 0) {
                    value += part * (signal.getValues(first + left + 1) - value);
                }
                tensor[channel * steps + step] = (float) ((value - mean) / deviation);
            }
        }
        Tensors.requireFinite(field + ".signal.values", tensor);
        return tensor;
    }

    private void check(Signal signal) {
        if (signal.getChannels() != modality.channels()) {
            throw new InvalidRecordException(
                    field + ".signal.channels",
                    "is %s, the schema has %d"
                            .formatted(
                                    Integer.toUnsignedString(signal.getChannels()),
                                    modality.channels()));
        }
        if (!(signal.getHertz() > 0) || Float.isInfinite(signal.getHertz())) {
            throw new InvalidRecordException(
                    field + ".signal.hertz",
                    "is " + signal.getHertz() + ", must be above 0 and finite");
        }
        if (signal.getSteps() < 1
                || signal.getValuesCount() != (long) signal.getChannels() * signal.getSteps()) {
            throw new InvalidRecordException(
                    field + ".signal.values",
                    "has %d values for %d channels x %s steps"
                            .formatted(
                                    signal.getValuesCount(),
                                    signal.getChannels(),
                                    Integer.toUnsignedString(signal.getSteps())));
        }
    }
}
