package io.retort.teacher.training;

/// There is too little to learn from.
public final class TooFewSamplesException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private TooFewSamplesException(String lack) {
        super(lack + ": send more annotations or hold fewer groups out");
    }

    static TooFewSamplesException captures(int annotated, int needed) {
        return new TooFewSamplesException(
                "%d annotated captures are there to learn from, a teacher needs %d"
                        .formatted(annotated, needed));
    }

    /// A network can answer only about groups that it did not learn from if there are others.
    static TooFewSamplesException oneGroup() {
        return new TooFewSamplesException(
                "all annotated captures to learn from are of one group, a teacher of several"
                        + " networks needs 2 groups");
    }
}
