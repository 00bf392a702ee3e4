package io.retort.teacher.samples;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.retort.contract.InvalidRecordException;
import io.retort.contract.Records;
import io.retort.contract.v1.Annotation;
import io.retort.contract.v1.Capture;
import io.retort.learning.samples.SampleStore;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.messaging.Message;

/// Takes records from the broker into the store. A record that breaks the contract is refused with
/// the field named; one that was seen before changes nothing.
final class Intake {

    private final SampleStore store;
    private final ApplicationEventPublisher events;
    private final Counter captures;
    private final Counter annotations;
    private final Counter duplicates;

    Intake(SampleStore store, ApplicationEventPublisher events, MeterRegistry meters) {
        this.store = store;
        this.events = events;
        this.captures = meters.counter("retort.captures.received");
        this.annotations = meters.counter("retort.annotations.received");
        this.duplicates = meters.counter("retort.records.duplicate");
    }

    void capture(Message<?> message) {
        Capture capture = Records.capture(bytes("capture", message));
        if (store.add(capture)) {
            captures.increment();
            events.publishEvent(new CaptureArrived(capture.getId(), capture.getSchema()));
        } else {
            duplicates.increment();
        }
    }

    void annotation(Message<?> message) {
        Annotation annotation = Records.annotation(bytes("annotation", message));
        (store.add(annotation) ? annotations : duplicates).increment();
    }

    /// A record without a value arrives with a placeholder of the messaging library.
    private static byte[] bytes(String record, Message<?> message) {
        if (message.getPayload() instanceof byte[] bytes) {
            return bytes;
        }
        throw new InvalidRecordException(record, "has no value");
    }
}
