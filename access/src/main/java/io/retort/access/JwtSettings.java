package io.retort.access;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Of the mode `jwt`, which needs an issuer, a set of keys or a key.
///
/// @param issuer whose keys are found by its discovery document; tokens must be by it
/// @param jwkSetUri where the keys are, in place of the discovery document
/// @param publicKey RSA key in PEM, in place of both
/// @param audience which tokens must be for
/// @param rolesClaim where roles stand; within other claims by dots, such as `realm_access.roles`
@ConfigurationProperties("retort.access.jwt")
record JwtSettings(
        @Nullable String issuer,
        @Nullable String jwkSetUri,
        @Nullable Path publicKey,
        @Nullable String audience,
        @DefaultValue("roles") String rolesClaim) {

    void require() {
        if (issuer == null && jwkSetUri == null && publicKey == null) {
            throw new IllegalArgumentException(
                    "retort.access.mode=jwt needs retort.access.jwt.issuer, jwk-set-uri or"
                            + " public-key");
        }
    }
}
