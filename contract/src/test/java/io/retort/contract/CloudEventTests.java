package io.retort.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class CloudEventTests {

    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678Z");

    @Test
    void theHeadersAreThoseOfTheKafkaBindingsBinaryMode() {
        CloudEvent event = new CloudEvent("e-1", "/stations/s-01", CloudEvent.CAPTURE, "c-1", TIME);
        assertThat(event.headers())
                .containsExactly(
                        entry("ce_specversion", "1.0"),
                        entry("ce_id", "e-1"),
                        entry("ce_source", "/stations/s-01"),
                        entry("ce_type", "io.retort.capture.v1"),
                        entry("ce_subject", "c-1"),
                        entry("ce_time", "2026-01-02T03:04:05.678Z"),
                        entry("content-type", "application/protobuf"));
    }

    @Test
    void noAttributeMayBeEmpty() {
        for (int empty = 0; empty < 4; empty++) {
            String[] attributes = {"id", "source", "type", "subject"};
            attributes[empty] = "";
            assertThatExceptionOfType(InvalidRecordException.class)
                    .isThrownBy(() ->
                            new CloudEvent(
                                    attributes[0],
                                    attributes[1],
                                    attributes[2],
                                    attributes[3],
                                    TIME));
        }
    }

    @Test
    void protobufsTimeAndJavasAreTheSame() {
        for (String text :
                new String[] {"2026-01-02T03:04:05.678901234Z", "1969-12-31T23:59:59.5Z"}) {
            Instant instant = Instant.parse(text);
            assertThat(Times.instant(Times.timestamp(instant))).isEqualTo(instant);
        }
    }
}
