package io.retort.gateway.outbox;

/// What a full outbox does with one record more.
public enum WhenFull {
    /// The record is refused, and its sender told.
    REFUSE,
    /// What waited longest is dropped, and counted.
    DROP_OLDEST
}
