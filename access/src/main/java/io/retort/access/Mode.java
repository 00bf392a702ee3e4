package io.retort.access;

/// How callers are known.
enum Mode {
    /// By a bearer token whose hash a file names.
    TOKEN,
    /// By a JSON Web Token that an issuer has signed.
    JWT,
    /// By the certificate of their connection.
    MTLS,
    /// Not at all: everybody may do everything. For tests.
    OPEN
}
