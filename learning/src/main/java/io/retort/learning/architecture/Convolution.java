package io.retort.learning.architecture;

/// Two-dimensional convolution (cross-correlation) without bias, zero-padded by kernel/2 on each
/// side. Parameter `weight`: outputs x inputs/groups x kernelHeight x kernelWidth. Always followed
/// by a [BatchNormalization], which brings the bias. Signals and vectors use height 1.
public record Convolution(
        int inputs,
        int outputs,
        int kernelHeight,
        int kernelWidth,
        int strideHeight,
        int strideWidth,
        int groups)
        implements Layer {

    public Convolution {
        if (inputs < 1 || outputs < 1 || groups < 1) {
            throw new IllegalArgumentException("channels and groups must be at least 1");
        }
        if (inputs % groups != 0 || outputs % groups != 0) {
            throw new IllegalArgumentException(
                    "%d and %d channels do not divide into %d groups"
                            .formatted(inputs, outputs, groups));
        }
        if (kernelHeight % 2 == 0 || kernelWidth % 2 == 0) {
            throw new IllegalArgumentException("kernels must be odd");
        }
    }

    public int paddingHeight() {
        return kernelHeight / 2;
    }

    public int paddingWidth() {
        return kernelWidth / 2;
    }

    int outputHeight(int height) {
        return (height + 2 * paddingHeight() - kernelHeight) / strideHeight + 1;
    }

    int outputWidth(int width) {
        return (width + 2 * paddingWidth() - kernelWidth) / strideWidth + 1;
    }
}
