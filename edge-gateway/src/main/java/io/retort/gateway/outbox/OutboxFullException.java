package io.retort.gateway.outbox;

/// As much as may wait for the broker waits already.
public final class OutboxFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OutboxFullException(long bytes, long largest) {
        super(
                "%d bytes wait for the broker, %d may: nothing more is taken until some are gone"
                        .formatted(bytes, largest));
    }
}
