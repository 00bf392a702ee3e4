package io.retort.learning.architecture;

import io.retort.contract.schema.Head;
import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Parameter.Role;
import java.util.ArrayList;
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

    /// Number of trainable values.
    public long parameters() {
        return layout().stream()
                .filter(parameter -> parameter.role().trainable())
                .mapToLong(Parameter::size)
                .sum();
    }

    /// Estimated size of what a file must hold of it.
    public WeightBytes weightBytes() {
        long weights = 0;
        long outputs = 0;
        for (Parameter parameter : layout()) {
            if (parameter.role() == Role.WEIGHT) {
                weights += parameter.size();
                outputs += parameter.shape().getFirst();
            }
        }
        return new WeightBytes(4 * (weights + outputs), weights + 8 * outputs);
    }

    /// Every tensor of the network, in a fixed order.
    public List<Parameter> layout() {
        List<Parameter> layout = new ArrayList<>();
        for (Encoder encoder : encoders) {
            for (int i = 0; i < encoder.layers().size(); i++) {
                String prefix = "encoders." + encoder.modality() + "." + i + ".";
                switch (encoder.layers().get(i)) {
                    case Convolution c ->
                            layout.add(
                                    new Parameter(
                                            prefix + "weight",
                                            List.of(
                                                    c.outputs(),
                                                    c.inputs() / c.groups(),
                                                    c.kernelHeight(),
                                                    c.kernelWidth()),
                                            Role.WEIGHT));
                    case BatchNormalization(int channels) -> {
                        List<Integer> shape = List.of(channels);
                        layout.add(new Parameter(prefix + "gamma", shape, Role.SCALE));
                        layout.add(new Parameter(prefix + "beta", shape, Role.BIAS));
                        layout.add(new Parameter(prefix + "mean", shape, Role.RUNNING_MEAN));
                        layout.add(
                                new Parameter(prefix + "variance", shape, Role.RUNNING_VARIANCE));
                    }
                    case Linear(int inputs, int outputs) -> linear(layout, prefix, inputs, outputs);
                    case Activation _, GlobalAveragePool _, Flatten _ -> {}
                }
            }
        }
        linear(layout, "fusion.", concatenated(), fusion);
        heads.forEach((head, width) -> linear(layout, "heads." + head + ".", fusion, width));
        return layout;
    }

    private static void linear(List<Parameter> layout, String prefix, int inputs, int outputs) {
        layout.add(new Parameter(prefix + "weight", List.of(outputs, inputs), Role.WEIGHT));
        layout.add(new Parameter(prefix + "bias", List.of(outputs), Role.BIAS));
    }

    static Map<String, Integer> heads(Schema schema) {
        Map<String, Integer> widths = new LinkedHashMap<>();
        for (Map.Entry<String, Head> head : schema.heads().entrySet()) {
            widths.put(head.getKey(), head.getValue().width());
        }
        return widths;
    }
}
