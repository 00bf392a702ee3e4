package io.retort.gateway.returns;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A token bucket: bytes come in evenly over a day, and at most a day's are kept.
final class ByteBudget {

    private static final double DAY_SECONDS = Duration.ofDays(1).toSeconds();

    private final double daily;
    private final InstantSource clock;
    private double left;
    private Instant filled;

    ByteBudget(long daily, InstantSource clock) {
        this.daily = daily;
        this.clock = clock;
        this.left = daily;
        this.filled = clock.instant();
    }

    /// Takes so many bytes, or none.
    synchronized boolean take(long bytes) {
        Instant now = clock.instant();
        double seconds = Math.max(0, Duration.between(filled, now).toMillis() / 1e3);
        left = Math.min(daily, left + daily * seconds / DAY_SECONDS);
        filled = now;
        if (bytes > left) {
            return false;
        }
        left -= bytes;
        return true;
    }
}
