package io.retort.teacher.training;

/// There is too little to learn from.
public final class TooFewSamplesException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TooFewSamplesException(int annotated, int needed) {
        super(
                "%d annotated captures are there to learn from, a teacher needs %d: send more annotations or hold fewer groups out"
                        .formatted(annotated, needed));
    }
}
