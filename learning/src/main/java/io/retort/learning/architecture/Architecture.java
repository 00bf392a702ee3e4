package io.retort.learning.architecture;

import io.retort.contract.schema.Head;
import io.retort.contract.schema.Schema;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A whole network: encoders whose features are concatenated (zeros where the modality is absent),
/// `fused = max(0, W concat + b)` with dropout in training, and one linear head each on `fused`.
///
/// Parameters: `encoders.<modality>.<layer>.*`, `fusion.weight` (fusion x sum of encoder widths),
/// `fusion.bias`, `heads.<head>.weight` (head width x fusion), `heads.<head>.bias`.
///
/// @param fusion width of the fused vector
/// @param dropout share of fused values dropped in training
/// @param heads output width by head name, in the schema's order
public record Architecture(
        String name,
        List<Encoder> encoders,
        int fusion,
        double dropout,
        Map<String, Integer> heads) {

    public Architecture {
        encoders = List.copyOf(encoders);
        heads = Collections.unmodifiableMap(new LinkedHashMap<>(heads));
        if (encoders.isEmpty() || heads.isEmpty() || fusion < 1) {
            throw new IllegalArgumentException("needs encoders, heads and a fused width");
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("dropout must lie in [0, 1): " + dropout);
        }
    }

    /// Sum of the encoders' widths.
    public int concatenated() {
        return encoders.stream().mapToInt(Encoder::width).sum();
    }

    /// Multiply-accumulates for one capture with every modality present.
    public long macs() {
        int outputs = heads.values().stream().mapToInt(Integer::intValue).sum();
        return encoders.stream().mapToLong(Encoder::macs).sum()
                + (long) concatenated() * fusion
                + (long) fusion * outputs;
    }

    /// Trainable parameters.
    public long parameters() {
        long parameters = (long) concatenated() * fusion + fusion;
        for (Encoder encoder : encoders) {
            for (Layer layer : encoder.layers()) {
                parameters +=
                        switch (layer) {
                            case Convolution c ->
                                    (long) c.outputs()
                                            * (c.inputs() / c.groups())
                                            * c.kernelHeight()
                                            * c.kernelWidth();
                            case BatchNormalization b -> 2L * b.channels();
                            case Linear l -> (long) l.inputs() * l.outputs() + l.outputs();
                            case Activation _, GlobalAveragePool _, Flatten _ -> 0L;
                        };
            }
        }
        for (int width : heads.values()) {
            parameters += (long) fusion * width + width;
        }
        return parameters;
    }

    static Map<String, Integer> heads(Schema schema) {
        Map<String, Integer> widths = new LinkedHashMap<>();
        for (Map.Entry<String, Head> head : schema.heads().entrySet()) {
            widths.put(head.getKey(), head.getValue().width());
        }
        return widths;
    }
}
