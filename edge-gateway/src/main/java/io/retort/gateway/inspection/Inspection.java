package io.retort.gateway.inspection;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.v1.Capture;
import io.retort.gateway.assessment.Assessment;
import io.retort.gateway.assessment.Assessments;
import io.retort.gateway.assessment.CaptureBuilder;
import io.retort.gateway.assessment.Door;
import io.retort.gateway.assessment.ItemProblems;
import io.retort.gateway.inference.Model;
import io.retort.gateway.inference.Models;
import io.retort.gateway.streaming.Answers;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;

/// One inspection from its first frame to its report. Each frame is decided by the model that is in
/// use when it arrives, so a release on the way is no interruption.
final class Inspection {

    /// @param id of the report too
    record Order(String id, @Nullable String title, String station) {}

    private final Order order;
    private final Models models;
    private final Assessments assessments;
    private final Clock clock;
    private final Tally tally;
    private final Instant startedAt;
    private long number;
    private @Nullable Position first;

    Inspection(
            Order order,
            Models models,
            Assessments assessments,
            Clock clock,
            InspectionSettings settings) {
        this.order = order;
        this.models = models;
        this.assessments = assessments;
        this.clock = clock;
        this.tally = new Tally(settings);
        this.startedAt = clock.instant();
    }

    /// Answers frames until the stream ends, or breaks off.
    Report run(Frames frames, Answers answers) {
        @Nullable String cause = null;
        try {
            Arrival arrival = frames.next();
            while (arrival != null) {
                number++;
                answer(arrival, answers);
                arrival = frames.next();
            }
        } catch (IOException e) {
            cause = Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
        }
        return tally.report(
                order.id(), order.title(), order.station(), startedAt, clock.instant(), cause);
    }

    private void answer(Arrival arrival, Answers answers) throws IOException {
        try {
            switch (arrival) {
                case Arrival.Broken broken -> throw broken.cause();
                case Arrival.Frame frame -> {
                    Assessment assessment = assess(frame);
                    answers.send(
                            Answer.DECISION,
                            number,
                            new Answer.Decided(number, frame.position(), frame.time(), assessment));
                    tally.decided(number, frame.position(), frame.time(), assessment);
                }
            }
        } catch (RuntimeException e) {
            ProblemDetail problem = ItemProblems.of(e);
            tally.failed(number, arrival.id(), problem);
            answers.send(Answer.ERROR, number, new Answer.Failed(number, arrival.id(), problem));
        }
    }

    private Assessment assess(Arrival.Frame frame) {
        Position known = first == null ? frame.position() : first;
        if (known.getClass() != frame.position().getClass()) {
            throw new InvalidRecordException(
                    "position", "is of another kind than the inspection's first, " + known);
        }
        try (Models.Lease lease = models.lease()) {
            Model model = lease.model();
            CaptureBuilder capture =
                    new CaptureBuilder(
                            model.schema(),
                            frame.id() == null ? order.id() + "-" + number : frame.id(),
                            order.station(),
                            frame.time() == null ? clock.instant() : frame.time());
            frame.payloads().accept(capture);
            Capture built = capture.build();
            Assessment assessment = assessments.assess(model, built, Door.INSPECTION);
            first = known;
            return assessment;
        }
    }
}
