package io.retort.gateway.assessment;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.retort.contract.InvalidRecordException;
import io.retort.contract.Records;
import io.retort.contract.v1.Capture;
import io.retort.gateway.inference.Model;
import io.retort.gateway.inference.Models;
import org.springframework.stereotype.Component;

/// Answers each capture from Kafka with one decision. Its offset is committed once the decision is
/// on disk; what fails before that is delivered again.
@Component
final class CaptureDecisions {

    private final Models models;
    private final Assessments assessments;
    private final RecentCaptures decided;
    private final Counter duplicates;
    private final Counter otherSchemas;

    CaptureDecisions(
            Models models, Assessments assessments, RecentCaptures decided, MeterRegistry meters) {
        this.models = models;
        this.assessments = assessments;
        this.decided = decided;
        this.duplicates =
                Counter.builder("retort.captures.duplicates")
                        .description("Captures that were delivered again and decided before")
                        .register(meters);
        this.otherSchemas =
                Counter.builder("retort.captures.skipped")
                        .description("Captures of a schema that the model does not answer")
                        .register(meters);
    }

    /// @throws InvalidRecordException for a record that no retry can save
    void accept(Object value) {
        if (!(value instanceof byte[] bytes)) {
            throw new InvalidRecordException("capture", "has no value");
        }
        Capture capture = Records.capture(bytes);
        if (decided.contains(capture.getId())) {
            duplicates.increment();
            return;
        }
        try (Models.Lease lease = models.lease()) {
            Model model = lease.model();
            if (!capture.getSchema().equals(model.schema().name())) {
                otherSchemas.increment();
                return;
            }
            assessments.assess(model, capture, Door.KAFKA);
        }
    }
}
