package io.retort.gateway.inference;

/// More requests than the machine can answer; the sender should come again a little later.
public final class OverloadedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public OverloadedException(String message) {
        super(message);
    }
}
