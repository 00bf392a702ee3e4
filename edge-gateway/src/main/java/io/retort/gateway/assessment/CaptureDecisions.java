package io.retort.gateway.assessment;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.retort.contract.CloudEvent;
import io.retort.contract.InvalidRecordException;
import io.retort.contract.Records;
import io.retort.contract.v1.Capture;
import io.retort.gateway.inference.Model;
import io.retort.gateway.inference.Models;
import java.nio.charset.StandardCharsets;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.stereotype.Component;

/// Answers each capture from Kafka with one decision. A capture counts as decided once the broker
/// has its decision; what fails before that is delivered again.
@Component
final class CaptureDecisions {

    private static final String DECISIONS = "decisions-out-0";
    private static final String SOURCE = "/edge-gateway";

    private final Models models;
    private final Assessments assessments;
    private final RecentCaptures decided;
    private final StreamBridge streams;
    private final Counter duplicates;
    private final Counter otherSchemas;

    CaptureDecisions(
            Models models,
            Assessments assessments,
            RecentCaptures decided,
            StreamBridge streams,
            MeterRegistry meters) {
        this.models = models;
        this.assessments = assessments;
        this.decided = decided;
        this.streams = streams;
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
        Assessment assessment;
        try (Models.Lease lease = models.lease()) {
            Model model = lease.model();
            if (!capture.getSchema().equals(model.schema().name())) {
                otherSchemas.increment();
                return;
            }
            assessment = assessments.assess(model, capture, Door.KAFKA);
        }
        send(assessment);
        decided.add(capture.getId());
    }

    private void send(Assessment assessment) {
        MessageBuilder<byte[]> message =
                MessageBuilder.withPayload(assessment.decision().toByteArray())
                        .setHeader(KafkaHeaders.KEY, utf8(assessment.station()));
        new CloudEvent(
                        assessment.id() + "@" + assessment.digest(),
                        SOURCE,
                        CloudEvent.DECISION,
                        assessment.id(),
                        assessment.decidedAt())
                .headers()
                .forEach((name, header) -> message.setHeader(name, utf8(header)));
        if (!streams.send(DECISIONS, message.build())) {
            throw new IllegalStateException(
                    "the decision about " + assessment.id() + " could not be sent");
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
