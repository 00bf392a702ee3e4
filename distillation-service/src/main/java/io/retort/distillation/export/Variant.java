package io.retort.distillation.export;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// A form in which a network is released.
public enum Variant {
    FP32,

    /// Static int8, calibrated.
    INT8,

    /// Weights of 16 bits, arithmetic in 32: half the bytes, the same speed.
    FP16,

    /// Linear layers alone in int8, their inputs' ranges taken anew at each call.
    DYNAMIC;

    /// As releases and gateways name it, such as `int8`.
    @JsonValue
    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    String file() {
        return title() + ".onnx";
    }
}
