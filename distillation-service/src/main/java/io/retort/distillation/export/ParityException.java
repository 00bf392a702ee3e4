package io.retort.distillation.export;

/// The exported file does not answer as the trained network does; nothing was written.
public final class ParityException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ParityException(Parity parity) {
        super(
                "the ONNX file and the trained network differ by %s in head %s, allowed is %s"
                        .formatted(parity.maxAbsDiff(), parity.head(), Parity.TOLERANCE));
    }
}
