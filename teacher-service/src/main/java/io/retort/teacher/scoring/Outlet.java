package io.retort.teacher.scoring;

import io.retort.contract.CloudEvent;
import io.retort.contract.InvalidRecordException;
import io.retort.contract.Times;
import io.retort.contract.Topics;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.SoftTarget;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.web.util.UriUtils;

/// Sends to the broker, and returns only once the broker has it.
final class Outlet {

    private static final String SOFT_TARGETS = "soft-targets-out";
    private static final String REJECTED = "rejected-captures-out";

    private final StreamBridge bridge;

    Outlet(StreamBridge bridge) {
        this.bridge = bridge;
    }

    void send(SoftTarget target) {
        Instant at = Times.instant(target.getScoredAt());
        CloudEvent event =
                new CloudEvent(
                        target.getCaptureId(),
                        "/teachers/" + target.getTeacherVersion(),
                        CloudEvent.SOFT_TARGET,
                        target.getCaptureId(),
                        at);
        send(SOFT_TARGETS, target.getCaptureId(), target.toByteArray(), event.headers());
    }

    /// To the dead letters, with the headers that the binder gives what it refuses itself.
    void reject(Capture capture, InvalidRecordException cause) {
        CloudEvent event =
                new CloudEvent(
                        capture.getId(),
                        "/stations/" + encoded(capture.getStation()),
                        CloudEvent.CAPTURE,
                        capture.getId(),
                        Times.instant(capture.getCapturedAt()));
        Map<String, String> headers = new LinkedHashMap<>(event.headers());
        headers.put("x-original-topic", Topics.CAPTURES);
        headers.put("x-exception-fqcn", cause.getClass().getName());
        headers.put("x-exception-message", String.valueOf(cause.getMessage()));
        send(REJECTED, capture.getStation(), capture.toByteArray(), headers);
    }

    private void send(String binding, String key, byte[] value, Map<String, String> headers) {
        MessageBuilder<byte[]> message =
                MessageBuilder.withPayload(value)
                        .setHeader(KafkaHeaders.KEY, key.getBytes(StandardCharsets.UTF_8))
                        .copyHeaders(headers);
        if (!bridge.send(binding, message.build())) {
            throw new IllegalStateException("the broker did not take " + key);
        }
    }

    private static String encoded(String station) {
        return UriUtils.encodePathSegment(station, StandardCharsets.UTF_8);
    }
}
