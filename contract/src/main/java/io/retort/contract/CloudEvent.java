package io.retort.contract;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// CloudEvents 1.0 attributes in the Kafka binding's binary mode: `ce_*` headers beside the value.
///
/// @param source URI reference of the sender, such as `/stations/s-01`
/// @param subject id that the record is about, such as the capture's
public record CloudEvent(String id, String source, String type, String subject, Instant time) {

    public static final String CAPTURE = "io.retort.capture.v1";
    public static final String ANNOTATION = "io.retort.annotation.v1";
    public static final String SOFT_TARGET = "io.retort.soft-target.v1";
    public static final String DECISION = "io.retort.decision.v1";
    public static final String RELEASE_EVENT = "io.retort.release-event.v1";

    public CloudEvent {
        for (String attribute : new String[] {id, source, type, subject}) {
            if (attribute.isEmpty()) {
                throw new InvalidRecordException("cloud event", "an attribute is empty");
            }
        }
    }

    /// Header names and values as they go on the wire (UTF-8).
    public Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("ce_specversion", "1.0");
        headers.put("ce_id", id);
        headers.put("ce_source", source);
        headers.put("ce_type", type);
        headers.put("ce_subject", subject);
        headers.put("ce_time", time.toString());
        headers.put("content-type", "application/protobuf");
        return headers;
    }
}
