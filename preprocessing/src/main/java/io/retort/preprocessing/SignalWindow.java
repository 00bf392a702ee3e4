package io.retort.preprocessing;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.v1.Payload;
import io.retort.contract.v1.Signal;

/// The newest steps/hertz seconds of a payload's channels, resampled linearly and aligned on the
/// newest sample.
///
/// A payload of n samples at h hertz lasts n/h seconds, and must last the schema's steps/hertz.
/// Where the oldest step falls before the first sample (by less than one of its steps) it takes
/// that sample's value. Nothing is low-passed: stations that sample faster filter themselves.
record SignalWindow(String field, int channels, int steps, double hertz) {

    /// Channels x steps, in the payload's unit.
    double[] of(Payload payload) {
        Tensors.requireKind(field, payload, Payload.KindCase.SIGNAL);
        Signal signal = payload.getSignal();
        int samples = signal.getSteps();
        check(signal);
        // Payload samples per step. Through float, as the wire's hertz went, so that equal rates
        // stay equal.
        double stride = signal.getHertz() / (double) (float) hertz;
        if (steps * stride > samples * (1 + 1e-6)) {
            throw new InvalidRecordException(
                    field + ".signal.steps",
                    "%d samples at %s Hz last %.3f s, the schema needs %.3f s"
                            .formatted(
                                    samples,
                                    signal.getHertz(),
                                    samples / signal.getHertz(),
                                    steps / hertz));
        }
        double[] window = new double[channels * steps];
        for (int channel = 0; channel < channels; channel++) {
            int first = channel * samples;
            for (int step = 0; step < steps; step++) {
                double at = Math.max(0, samples - 1 - (steps - 1 - step) * stride);
                int left = (int) at;
                double value = signal.getValues(first + left);
                double part = at - left;
                if (part > 0) {
                    value += part * (signal.getValues(first + left + 1) - value);
                }
                window[channel * steps + step] = value;
            }
        }
        return window;
    }

    /// Refuses a tensor that the payload's values made infinite or not a number.
    void requireFinite(float[] tensor) {
        Tensors.requireFinite(field + ".signal.values", tensor);
    }

    private void check(Signal signal) {
        if (signal.getChannels() != channels) {
            throw new InvalidRecordException(
                    field + ".signal.channels",
                    "is %s, the schema has %d"
                            .formatted(Integer.toUnsignedString(signal.getChannels()), channels));
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
