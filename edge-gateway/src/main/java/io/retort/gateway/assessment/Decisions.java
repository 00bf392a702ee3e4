package io.retort.gateway.assessment;

import io.retort.contract.CloudEvent;
import io.retort.gateway.outbox.Outbox;
import org.springframework.stereotype.Component;

/// Tells the stations what was decided, once for each capture, whichever door it came through.
@Component
final class Decisions {

    private static final String SOURCE = "/edge-gateway";

    private final RecentCaptures decided;
    private final Outbox outbox;

    Decisions(RecentCaptures decided, Outbox outbox) {
        this.decided = decided;
        this.outbox = outbox;
        outbox.captureIds().forEach(decided::add);
    }

    /// Returns once the outbox has it.
    void tell(Assessment assessment) {
        if (!outbox.enabled() || !decided.add(assessment.id())) {
            return;
        }
        try {
            outbox.put(
                    new CloudEvent(
                            assessment.id() + "@" + assessment.digest(),
                            SOURCE,
                            CloudEvent.DECISION,
                            assessment.id(),
                            assessment.decidedAt()),
                    assessment.station(),
                    assessment.decision().toByteArray());
        } catch (RuntimeException e) {
            decided.remove(assessment.id());
            throw e;
        }
    }
}
