package io.retort.gateway.drift;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What of a head's answers is compared.
enum Aspect {
    /// Classes that it named.
    CLASSES,
    /// How unlike what it learnt its captures are.
    ENERGY,
    /// The number that it answered.
    VALUE;

    @JsonValue
    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
