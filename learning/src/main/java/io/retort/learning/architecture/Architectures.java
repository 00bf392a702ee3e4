package io.retort.learning.architecture;

import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.SignalModality;
import io.retort.contract.schema.TensorShape;
import io.retort.contract.schema.VectorModality;
import java.util.ArrayList;
import java.util.List;

/// The networks that are trained unless a job says otherwise.
public final class Architectures {

    private Architectures() {}

    /// The article's teacher: colour images are encoded 512 wide, thermal (one-channel) images 256,
    /// vectors and signals 128; fused to 512 with dropout 0.3.
    public static Architecture teacher(Schema schema) {
        List<Encoder> encoders = new ArrayList<>();
        schema.modalities()
                .forEach((name, modality) ->
                        encoders.add(new Encoder(name, modality.shape(), teacherLayers(modality))));
        return new Architecture("retort-teacher", encoders, 512, 0.3, Architecture.heads(schema));
    }

    /// A plain four-layer network for each modality, fused to 256: small enough for a camera node.
    /// Its dense convolutions gain most from int8.
    public static Architecture student(Schema schema) {
        List<Encoder> encoders = new ArrayList<>();
        schema.modalities()
                .forEach((name, modality) ->
                        encoders.add(new Encoder(name, modality.shape(), studentLayers(modality))));
        return new Architecture("retort-plain", encoders, 256, 0.1, Architecture.heads(schema));
    }

    private static List<Layer> teacherLayers(Modality modality) {
        List<Layer> layers = new ArrayList<>();
        switch (modality) {
            case ImageModality image -> {
                int width = image.channels() == 3 ? 128 : 64;
                square(layers, image.channels(), width / 4, 3, 2, 1);
                square(layers, width / 4, width / 2, 3, 2, 1);
                square(layers, width / 2, width, 3, 2, 1);
                square(layers, width, width, 3, 1, width);
                square(layers, width, 4 * width, 1, 1, 1);
                layers.add(new GlobalAveragePool());
            }
            case VectorModality vector -> {
                layers.add(new Flatten());
                layers.add(new Linear(vector.shape().size(), 128));
                layers.add(new Activation());
            }
            case SignalModality signal -> {
                steps(layers, signal.channels(), 64, 2);
                steps(layers, 64, 96, 2);
                steps(layers, 96, 128, 1);
                layers.add(new GlobalAveragePool());
            }
        }
        return layers;
    }

    private static List<Layer> studentLayers(Modality modality) {
        List<Layer> layers = new ArrayList<>();
        switch (modality) {
            case ImageModality image -> {
                square(layers, image.channels(), 16, 3, 2, 1);
                square(layers, 16, 32, 3, 2, 1);
                square(layers, 32, 64, 3, 2, 1);
                square(layers, 64, 64, 3, 1, 1);
                layers.add(new GlobalAveragePool());
            }
            case VectorModality vector -> {
                TensorShape shape = vector.shape();
                layers.add(new Flatten());
                layers.add(new Linear(shape.size(), 64));
                layers.add(new Activation());
            }
            case SignalModality signal -> {
                steps(layers, signal.channels(), 32, 2);
                steps(layers, 32, 64, 2);
                layers.add(new GlobalAveragePool());
            }
        }
        return layers;
    }

    private static void square(
            List<Layer> layers, int inputs, int outputs, int kernel, int stride, int groups) {
        layers.add(new Convolution(inputs, outputs, kernel, kernel, stride, stride, groups));
        layers.add(new BatchNormalization(outputs));
        layers.add(new Activation());
    }

    private static void steps(List<Layer> layers, int inputs, int outputs, int stride) {
        layers.add(new Convolution(inputs, outputs, 1, 7, 1, stride, 1));
        layers.add(new BatchNormalization(outputs));
        layers.add(new Activation());
    }
}
