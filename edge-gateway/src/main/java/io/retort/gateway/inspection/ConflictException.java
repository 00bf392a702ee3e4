package io.retort.gateway.inspection;

/// There is an inspection of this id already.
public final class ConflictException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ConflictException(String id, String problem) {
        super("inspection " + id + " " + problem);
    }
}
