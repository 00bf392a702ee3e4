package io.retort.access;

/// Whether a request comes in.
public sealed interface Verdict {

    record Admitted() implements Verdict {}

    /// No credential, or one of nobody.
    ///
    /// @param reason for the caller, without what it showed
    record Unknown(String reason, boolean shown) implements Verdict {}

    /// @param reason names the roles of which one is needed
    record Forbidden(String reason) implements Verdict {}

    /// Nothing is offered there, as far as this caller is told.
    record Unnamed(String reason) implements Verdict {}
}
