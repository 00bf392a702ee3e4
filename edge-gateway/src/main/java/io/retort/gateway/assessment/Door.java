package io.retort.gateway.assessment;

import java.util.Locale;

/// The way that a capture came in.
enum Door {
    REST,
    KAFKA;

    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
