package io.retort.access;

import org.jspecify.annotations.Nullable;

/// Knows callers by what they show.
interface Callers {

    /// @return null where it is nobody's
    @Nullable Caller caller(Presented presented);
}
