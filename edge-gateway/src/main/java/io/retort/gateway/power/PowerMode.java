package io.retort.gateway.power;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// How much a node may spend.
public enum PowerMode {
    FULL,
    ECO,
    /// Decides, and does nothing else.
    CRITICAL;

    @JsonValue
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
