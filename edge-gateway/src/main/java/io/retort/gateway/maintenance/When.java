package io.retort.gateway.maintenance;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// By when something has to be done. Later means that the next inspection is soon enough.
enum When {
    NOW,
    NEXT_STOP,
    LATER;

    @JsonValue
    String tag() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
