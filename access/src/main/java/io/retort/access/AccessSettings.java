package io.retort.access;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param tokens file of callers; without one a token is made and printed when a service starts
/// @param credential file with what this service shows to others
/// @param trustBundle name of the SSL bundle for calls to others
@ConfigurationProperties("retort.access")
record AccessSettings(
        @DefaultValue("token") Mode mode,
        @Nullable Path tokens,
        @Nullable Path credential,
        @Nullable String trustBundle) {}
