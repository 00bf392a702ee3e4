package io.retort.learning.continual;

import org.jspecify.annotations.Nullable;

/// What is done against forgetting.
public enum Strategy {
    /// Nothing: each task is trained where the last one ended.
    NAIVE(null, false),
    /// A pull to where each earlier task ended.
    EWC(Consolidation.Mode.SEPARATE, false),
    /// A pull to where the last task ended, of an importance that gathers all tasks.
    ONLINE_EWC(Consolidation.Mode.ONLINE, false),
    /// Examples of earlier tasks are learnt from again.
    REPLAY(null, true),
    /// [#ONLINE_EWC] and [#REPLAY].
    EWC_REPLAY(Consolidation.Mode.ONLINE, true);

    private final Consolidation.@Nullable Mode mode;
    private final boolean replays;

    Strategy(Consolidation.@Nullable Mode mode, boolean replays) {
        this.mode = mode;
        this.replays = replays;
    }

    /// Null where nothing is consolidated.
    public Consolidation.@Nullable Mode mode() {
        return mode;
    }

    public boolean replays() {
        return replays;
    }
}
