package io.retort.gateway.assessment;

/// A body, or a part of it, is larger than this gateway reads.
public final class BodyTooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BodyTooLargeException(long limit) {
        super("the body is larger than " + limit + " bytes");
    }
}
