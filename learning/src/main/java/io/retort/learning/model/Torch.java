package io.retort.learning.model;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/// The PyTorch engine, started without reaching for the network.
final class Torch {

    private static final Engine ENGINE = start();

    private Torch() {}

    static Engine engine() {
        return ENGINE;
    }

    static void backward(NDArray scalar) {
        NDArray one = scalar.getManager().ones(scalar.getShape(), scalar.getDataType());
        JniUtils.backward((PtNDArray) scalar, (PtNDArray) one, false, false);
    }

    /// DJL reports its use to a remote address and may look for other natives unless both
    /// properties are set before its first class is touched. Several threads on busy cores are many
    /// times slower than one, and only one repeats bit for bit, so more must be asked for.
    private static Engine start() {
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
        if (System.getProperty("ai.djl.pytorch.num_threads") == null) {
            System.setProperty("ai.djl.pytorch.num_threads", "1");
        }
        Engine engine = Engine.getEngine("PyTorch");
        // The engine switches gradients off in the thread that starts it, and in no other. So that
        // all threads are alike, also the carriers under virtual ones, it is undone: what has no
        // parameter that asks for gradients keeps none anyway.
        JniUtils.setGradMode(true);
        return engine;
    }
}
