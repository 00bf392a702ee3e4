package io.retort.gateway.routing;

import com.fasterxml.jackson.annotation.JsonValue;
import io.retort.contract.v1.Decision;
import java.util.Locale;

/// What becomes of an item. Manual means that somebody has to look at it.
public enum Route {
    REUSE(Decision.Route.REUSE),
    REPAIR(Decision.Route.REPAIR),
    RECYCLE(Decision.Route.RECYCLE),
    MANUAL(Decision.Route.MANUAL);

    private final Decision.Route wire;

    Route(Decision.Route wire) {
        this.wire = wire;
    }

    public Decision.Route wire() {
        return wire;
    }

    @JsonValue
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
