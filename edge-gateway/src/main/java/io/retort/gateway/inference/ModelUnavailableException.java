package io.retort.gateway.inference;

/// No model has been loaded yet.
public final class ModelUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ModelUnavailableException() {
        super("no model has been loaded yet: GET /api/v1/model says what the gateway waits for");
    }
}
