package io.retort.distillation.export;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.SignalModality;
import io.retort.contract.schema.VectorModality;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Encoder;
import io.retort.learning.architecture.Parameter;
import io.retort.learning.model.Weights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Schemas, weights and captures that the tests share.
final class Networks {

    private Networks() {}

    /// Every kind of modality and head.
    static Schema everything() {
        Map<String, Modality> modalities = new LinkedHashMap<>();
        modalities.put("rgb", image(3, 32));
        modalities.put("thermal", image(1, 16));
        modalities.put("spectrum", vector(40));
        modalities.put(
                "vibration",
                new SignalModality(
                        5, 60, 1, Collections.nCopies(5, 0.0), Collections.nCopies(5, 1.0)));
        return new Schema("everything", modalities, heads());
    }

    static Schema camera(int side) {
        return new Schema("camera", Map.of("rgb", image(3, side)), heads());
    }

    static Map<String, Head> heads() {
        Map<String, Head> heads = new LinkedHashMap<>();
        heads.put("material", new ClassificationHead(List.of("pp", "pet", "ps", "steel")));
        heads.put("quality", new RegressionHead(0, 1));
        return heads;
    }

    static ImageModality image(int channels, int side) {
        return new ImageModality(
                channels,
                side,
                side,
                1,
                Collections.nCopies(channels, 0.0),
                Collections.nCopies(channels, 1.0));
    }

    static VectorModality vector(int values) {
        return new VectorModality(
                "nm", IntStream.range(0, values).mapToObj(i -> (double) i).toList(), List.of());
    }

    /// Random weights whose biases and batch statistics are as varied as a trained network's.
    static Weights weights(Architecture architecture, long seed) {
        Weights initial = Weights.initial(architecture, seed);
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        SplittableRandom random = new SplittableRandom(seed);
        for (Parameter parameter : architecture.layout()) {
            float[] values = new float[parameter.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] =
                        switch (parameter.role()) {
                            case WEIGHT -> initial.tensor(parameter.name()).values()[i];
                            case BIAS, RUNNING_MEAN -> (float) (0.3 * random.nextGaussian());
                            case SCALE, RUNNING_VARIANCE -> (float) random.nextDouble(0.5, 2);
                        };
            }
            tensors.put(parameter.name(), new Weights.Tensor(parameter.shape(), values));
        }
        return new Weights(tensors);
    }

    /// Captures of smooth waves, one frequency a class (index modulo 4), with noise.
    static List<Map<String, float[]>> captures(Architecture architecture, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Map<String, float[]>> captures = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            Map<String, float[]> capture = new LinkedHashMap<>();
            for (Encoder encoder : architecture.encoders()) {
                float[] values = new float[encoder.input().size()];
                double phase = random.nextDouble(6);
                for (int i = 0; i < values.length; i++) {
                    int x = i % encoder.input().width();
                    values[i] =
                            (float)
                                    (Math.sin(phase + x * (0.2 + 0.4 * (n % 4)))
                                            + 0.2 * random.nextGaussian());
                }
                capture.put(encoder.modality(), values);
            }
            captures.add(capture);
        }
        return captures;
    }

    /// The same captures, capture n without the modalities whose bit is set in n + 1.
    static List<Map<String, float[]>> withGaps(List<Map<String, float[]>> captures) {
        List<Map<String, float[]>> gaps = new ArrayList<>();
        for (int n = 0; n < captures.size(); n++) {
            Map<String, float[]> left = new LinkedHashMap<>();
            int bit = 1;
            for (Map.Entry<String, float[]> tensor : captures.get(n).entrySet()) {
                if (((n + 1) & bit) == 0) {
                    left.put(tensor.getKey(), tensor.getValue());
                }
                bit <<= 1;
            }
            gaps.add(left);
        }
        return gaps;
    }
}
