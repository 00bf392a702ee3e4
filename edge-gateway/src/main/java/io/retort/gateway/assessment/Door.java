package io.retort.gateway.assessment;

import java.util.Locale;

/// The way that a capture came in.
public enum Door {
    REST(false, true),
    BULK(true, true),
    KAFKA(true, true),
    INSPECTION(true, false),
    MAINTENANCE(false, false);

    private final boolean patient;
    private final boolean sorts;

    Door(boolean patient, boolean sorts) {
        this.patient = patient;
        this.sorts = sorts;
    }

    /// Its captures wait for a lane, however long: behind them is a stream that waits too.
    boolean patient() {
        return patient;
    }

    /// Its items are put into bins, rather than looked at where they are.
    boolean sorts() {
        return sorts;
    }

    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
