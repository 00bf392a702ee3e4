package io.retort.gateway.assessment;

/// A request does not say enough, or contradicts itself.
public final class InvalidRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidRequestException(String problem) {
        super(problem);
    }
}
