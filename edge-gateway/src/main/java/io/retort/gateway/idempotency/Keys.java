package io.retort.gateway.idempotency;

import io.retort.gateway.idempotency.IdempotencyException.Reason;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/// Keys of requests that run, and answers of those that ended: in memory, so a restart forgets
/// them.
@Component
final class Keys {

    private final IdempotencySettings settings;
    private final Clock clock;
    private final Set<String> running = new HashSet<>();

    /// The oldest first.
    private final Map<String, Answered> answered = new LinkedHashMap<>();

    private long bytes;

    Keys(IdempotencySettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /// @param fingerprint of the request that was answered
    record Answered(String fingerprint, KeptAnswer answer, Instant at) {}

    /// Nothing where the request is the key's first, which then runs until it is answered or
    /// forgotten.
    ///
    /// @throws IdempotencyException where one runs
    synchronized Optional<Answered> begin(String key) {
        drop();
        Answered before = answered.get(key);
        if (before != null) {
            return Optional.of(before);
        }
        if (!running.add(key)) {
            throw new IdempotencyException(
                    Reason.RUNNING, "the first request under this key has no answer yet");
        }
        return Optional.empty();
    }

    synchronized void answered(String key, String fingerprint, KeptAnswer answer) {
        running.remove(key);
        answered.put(key, new Answered(fingerprint, answer, clock.instant()));
        bytes += answer.bytes();
        drop();
    }

    /// The request came to nothing, and may come again as if for the first time.
    synchronized void forget(String key) {
        running.remove(key);
    }

    /// All that is too old, and the oldest of what is too much.
    private void drop() {
        Instant expired = clock.instant().minus(settings.kept());
        Iterator<Answered> oldest = answered.values().iterator();
        while (oldest.hasNext()) {
            Answered next = oldest.next();
            if (next.at().isAfter(expired)
                    && answered.size() <= settings.mostKeys()
                    && bytes <= settings.largestAnswers().toBytes()) {
                return;
            }
            bytes -= next.answer().bytes();
            oldest.remove();
        }
    }
}
