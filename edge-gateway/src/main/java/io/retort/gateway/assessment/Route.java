package io.retort.gateway.assessment;

import com.fasterxml.jackson.annotation.JsonValue;
import io.retort.contract.v1.Decision;
import java.util.Locale;

/// Where an item goes.
enum Route {
    REUSE(Decision.Route.REUSE),
    REPAIR(Decision.Route.REPAIR),
    RECYCLE(Decision.Route.RECYCLE);

    private final Decision.Route wire;

    Route(Decision.Route wire) {
        this.wire = wire;
    }

    Decision.Route wire() {
        return wire;
    }

    @JsonValue
    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
