package io.retort.distillation.export;

import java.util.List;
import java.util.Map;

/// What an export looks at: per capture, the tensors (CHW) of the modalities that it carries.
///
/// @param calibration of the training set, from which the ranges of int8 are measured
/// @param parity on which the fp32 file must answer as the network does
/// @param reference whose answers each file carries for gateways to compare with; none for files
///   that no gateway runs
/// @param heldOut whether the network has not learnt from those of reference
public record Captures(
        List<Map<String, float[]>> calibration,
        List<Map<String, float[]>> parity,
        List<Map<String, float[]>> reference,
        boolean heldOut) {

    public Captures {
        calibration = List.copyOf(calibration);
        parity = List.copyOf(parity);
        reference = List.copyOf(reference);
        if (calibration.isEmpty()) {
            throw new IllegalArgumentException("int8 needs at least 1 capture to calibrate with");
        }
    }

    public static Captures of(
            List<Map<String, float[]>> calibration, List<Map<String, float[]>> parity) {
        return new Captures(calibration, parity, List.of(), false);
    }
}
