package io.retort.gateway.inspection;

/// There is no report of this id.
public final class MissingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MissingException(String id) {
        super("there is no report of an inspection " + id);
    }
}
