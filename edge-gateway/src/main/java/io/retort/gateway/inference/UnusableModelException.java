package io.retort.gateway.inference;

/// A file is no model that this gateway can serve.
public final class UnusableModelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnusableModelException(String problem) {
        super(problem);
    }

    UnusableModelException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
