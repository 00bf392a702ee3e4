package io.retort.gateway.idempotency;

/// A request is refused for its `Idempotency-Key`.
public final class IdempotencyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// Why.
    public enum Reason {
        /// The header is no key.
        MALFORMED,
        /// The first request under the key has no answer yet.
        RUNNING,
        /// The key belongs to another request.
        REUSED,
        /// The request was answered, with more than is kept.
        NOT_KEPT
    }

    private final Reason reason;

    IdempotencyException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
