package io.retort.gateway.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import java.util.Map;

/// What of ONNX Runtime does the arithmetic. The library on the class path has to be built with it:
/// `com.microsoft.onnxruntime:onnxruntime` holds the processor alone, `onnxruntime_gpu` the GPUs
/// too. Layers that a provider cannot run fall back to the processor.
public enum ExecutionProvider {
    CPU(OrtProvider.CPU),
    /// For ARM's floats.
    XNNPACK(OrtProvider.XNNPACK),
    CUDA(OrtProvider.CUDA),
    /// In 16-bit floats where they are faster.
    TENSORRT(OrtProvider.TENSOR_RT);

    private final OrtProvider provider;

    ExecutionProvider(OrtProvider provider) {
        this.provider = provider;
    }

    /// @throws IllegalArgumentException where the library lacks it, naming what it has
    void requireHere() {
        var here = OrtEnvironment.getAvailableProviders();
        if (!here.contains(provider)) {
            throw new IllegalArgumentException(
                    "retort.inference.provider is %s, this ONNX Runtime has only %s"
                            .formatted(this, here));
        }
    }

    /// @throws OrtException where the hardware or its driver is not there
    void addTo(OrtSession.SessionOptions options, int threads) throws OrtException {
        switch (this) {
            case CPU -> {}
            case XNNPACK ->
                    options.addXnnpack(Map.of("intra_op_num_threads", String.valueOf(threads)));
            case CUDA -> options.addCUDA();
            case TENSORRT -> {
                try (OrtTensorRTProviderOptions tensorRt = new OrtTensorRTProviderOptions()) {
                    tensorRt.add("trt_fp16_enable", "1");
                    options.addTensorrt(tensorRt);
                }
                // For what TensorRT cannot run.
                options.addCUDA();
            }
        }
    }
}
