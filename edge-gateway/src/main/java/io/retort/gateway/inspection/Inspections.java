package io.retort.gateway.inspection;

import io.retort.gateway.assessment.Assessments;
import io.retort.gateway.inference.Models;
import io.retort.gateway.inference.OverloadedException;
import io.retort.gateway.streaming.Answers;
import java.io.IOException;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;

/// Inspections that run, and no two of one id ever.
@Component
final class Inspections {

    private static final Logger LOG = LoggerFactory.getLogger(Inspections.class);

    private final Models models;
    private final Assessments assessments;
    private final Clock clock;
    private final InspectionSettings settings;
    private final Reports reports;
    private final Set<String> running = new HashSet<>();

    Inspections(
            Models models,
            Assessments assessments,
            Clock clock,
            InspectionSettings settings,
            Reports reports) {
        this.models = models;
        this.assessments = assessments;
        this.clock = clock;
        this.settings = settings;
        this.reports = reports;
    }

    /// What a stream's answers are sent to, once it may begin.
    @FunctionalInterface
    interface Opening {
        Answers begin() throws IOException;
    }

    /// Runs an inspection, keeps its report, and ends with it.
    ///
    /// @throws ConflictException where there is one of this id
    /// @throws OverloadedException where too many run already
    /// @throws io.retort.gateway.inference.ModelUnavailableException before the first model
    void run(Inspection.Order order, Frames frames, Opening opening) throws IOException {
        models.lease().close();
        enter(order.id());
        try {
            Answers answers = opening.begin();
            Report report =
                    new Inspection(order, models, assessments, clock, settings)
                            .run(frames, answers);
            end(report, answers);
        } finally {
            leave(order.id());
        }
    }

    /// Nobody may be there to read it any more: the report is kept all the same.
    private void end(Report report, Answers answers) throws IOException {
        try {
            reports.save(report);
        } catch (IOException e) {
            LOG.error("The report of inspection {} cannot be kept", report.id(), e);
            answers.send(Answer.ERROR, 0, new Answer.Failed(0, null, unkept(e)));
        }
        try {
            answers.send(Answer.REPORT, report.frames().received(), new Answer.Ended(report));
        } catch (IOException e) {
            if (report.state() == Report.State.COMPLETE) {
                throw e;
            }
        }
    }

    private static ProblemDetail unkept(IOException e) {
        return ProblemDetail.forStatusAndDetail(
                HttpStatus.INSUFFICIENT_STORAGE, "the report cannot be kept: " + e.getMessage());
    }

    private synchronized void enter(String id) {
        if (running.contains(id)) {
            throw new ConflictException(id, "is running");
        }
        if (reports.contains(id)) {
            throw new ConflictException(id, "has ended already");
        }
        if (running.size() >= settings.mostAtOnce()) {
            throw new OverloadedException(settings.mostAtOnce() + " inspections are running");
        }
        running.add(id);
    }

    private synchronized void leave(String id) {
        running.remove(id);
    }
}
