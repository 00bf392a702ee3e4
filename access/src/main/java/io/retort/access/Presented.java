package io.retort.access;

import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/// What a request shows of its sender.
///
/// @param authorization the header of that name
/// @param certificate of the connection, which TLS has verified
public record Presented(@Nullable String authorization, @Nullable X509Certificate certificate) {

    private static final String SCHEME = "Bearer ";

    @Nullable String bearer() {
        return authorization != null
                        && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? authorization.substring(SCHEME.length()).strip()
                : null;
    }

    boolean isNothing() {
        return authorization == null && certificate == null;
    }
}
