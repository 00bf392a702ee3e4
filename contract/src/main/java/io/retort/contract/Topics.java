package io.retort.contract;

/// Kafka topics. A record that a consumer rejects goes untouched to `<topic>.dlq`.
public final class Topics {

    public static final String CAPTURES = "captures";
    public static final String ANNOTATIONS = "annotations";
    public static final String SOFT_TARGETS = "soft-targets";
    public static final String RELEASE_EVENTS = "release-events";
    public static final String DECISIONS = "decisions";

    private Topics() {}

    public static String deadLetters(String topic) {
        return topic + ".dlq";
    }
}
