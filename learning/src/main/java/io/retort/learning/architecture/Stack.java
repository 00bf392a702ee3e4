package io.retort.learning.architecture;

import java.util.ArrayList;
import java.util.List;

/// The layers of an encoder in the making. Every convolution brings its batch normalisation and
/// rectification.
final class Stack {

    /// Steps that a signal's filter sees.
    private static final int STEPS = 7;

    private final List<Layer> layers = new ArrayList<>();

    /// A square convolution over an image.
    Stack image(int inputs, int outputs, int kernel, int stride) {
        return convolution(new Convolution(inputs, outputs, kernel, kernel, stride, stride, 1));
    }

    /// One 3 x 3 filter a channel, then a mixture of all channels at each place (Howard et al.
    /// 2017, section 3.1).
    Stack separableImage(int inputs, int outputs, int stride) {
        convolution(new Convolution(inputs, inputs, 3, 3, stride, stride, inputs));
        return image(inputs, outputs, 1, 1);
    }

    /// A convolution over time.
    Stack signal(int inputs, int outputs, int stride) {
        return convolution(new Convolution(inputs, outputs, 1, STEPS, 1, stride, 1));
    }

    /// [#separableImage] over time.
    Stack separableSignal(int inputs, int outputs, int stride) {
        convolution(new Convolution(inputs, inputs, 1, STEPS, 1, stride, inputs));
        return image(inputs, outputs, 1, 1);
    }

    Stack convolution(Convolution convolution) {
        layers.add(convolution);
        layers.add(new BatchNormalization(convolution.outputs()));
        layers.add(new Activation());
        return this;
    }

    List<Layer> pooled() {
        layers.add(new GlobalAveragePool());
        return List.copyOf(layers);
    }

    /// One hidden layer over all values at once.
    static List<Layer> hidden(int values, int width) {
        return List.of(new Flatten(), new Linear(values, width), new Activation());
    }

    /// The next stride of a signal that is so many steps long: few layers bring it down to at most
    /// 16 steps, or 65,536 of them to 64 in five. No more than 4, so that filters of 7 steps
    /// overlap.
    static int stride(int steps) {
        return steps > 128 ? 4 : steps > 16 ? 2 : 1;
    }

    /// Steps that a stride leaves.
    static int strided(int steps, int stride) {
        return (steps - 1) / stride + 1;
    }
}
