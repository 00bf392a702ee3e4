package io.retort.learning.model;

import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Encoder;
import io.retort.learning.architecture.Parameter;
import io.retort.learning.model.Weights.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Initial weights with an earlier network's encoders in them; fusion and heads start anew.
///
/// @param encoders how much of each was taken, by modality
public record WarmStart(Weights weights, Map<String, Taken> encoders) {

    /// @param layers from the input on that were taken
    /// @param of layers with weights that the encoder has
    public record Taken(int layers, int of) {}

    public WarmStart {
        encoders = Collections.unmodifiableMap(new LinkedHashMap<>(encoders));
    }

    /// Takes an encoder by the name of its modality, from the input up to the first layer whose
    /// shape is another: what lies behind a layer that starts anew would see what it never learnt
    /// to read.
    ///
    /// @throws IllegalArgumentException where nothing of the donor fits
    public static WarmStart of(Architecture architecture, long seed, Weights donor) {
        Map<String, Tensor> tensors =
                new LinkedHashMap<>(Weights.initial(architecture, seed).tensors());
        Map<String, Taken> encoders = new LinkedHashMap<>();
        for (Encoder encoder : architecture.encoders()) {
            List<List<Parameter>> layers = layers(architecture, encoder);
            int taken = 0;
            while (taken < layers.size() && fits(layers.get(taken), donor)) {
                for (Parameter parameter : layers.get(taken)) {
                    tensors.put(parameter.name(), donor.tensor(parameter.name()));
                }
                taken++;
            }
            encoders.put(encoder.modality(), new Taken(taken, layers.size()));
        }
        if (encoders.values().stream().allMatch(encoder -> encoder.layers() == 0)) {
            throw new IllegalArgumentException(
                    ("no encoder of the earlier student fits into %s over %s: the first layers need"
                                    + " the same modality's name and the same shape, its tensors"
                                    + " are %s")
                            .formatted(
                                    architecture.name(),
                                    encoders.keySet(),
                                    new TreeSet<>(donor.tensors().keySet())));
        }
        return new WarmStart(new Weights(tensors), encoders);
    }

    private static boolean fits(List<Parameter> layer, Weights donor) {
        return layer.stream()
                .allMatch(parameter -> {
                    Tensor other = donor.tensors().get(parameter.name());
                    return other != null && other.shape().equals(parameter.shape());
                });
    }

    /// Tensors of each layer that has any.
    private static List<List<Parameter>> layers(Architecture architecture, Encoder encoder) {
        List<List<Parameter>> layers = new ArrayList<>();
        for (int i = 0; i < encoder.layers().size(); i++) {
            String prefix = "encoders." + encoder.modality() + "." + i + ".";
            // A modality's name may hold dots, a tensor's last part does not.
            List<Parameter> layer =
                    architecture.layout().stream()
                            .filter(parameter -> parameter.name().startsWith(prefix))
                            .filter(parameter -> parameter.name().indexOf('.', prefix.length()) < 0)
                            .toList();
            if (!layer.isEmpty()) {
                layers.add(layer);
            }
        }
        return layers;
    }
}
