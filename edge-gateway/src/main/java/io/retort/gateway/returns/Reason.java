package io.retort.gateway.returns;

import java.util.Locale;

/// Why a capture is sent back.
public enum Reason {
    /// Unlike what the release was examined on.
    NOVEL,
    /// The model wavers between classes.
    UNCERTAIN,
    /// So that the model is examined on what it is sure of, too.
    RANDOM;

    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
