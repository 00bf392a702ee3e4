package io.retort.registry.artifacts;

/// The store is set up in a way that no waiting cures, so the registry does not start.
final class UnusableStoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    UnusableStoreException(String reason, String remedy, Throwable cause) {
        super(reason, cause);
        this.remedy = remedy;
    }

    String remedy() {
        return remedy;
    }
}
