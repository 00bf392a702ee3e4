package io.retort.fleet.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What a demo found, as `report.json` says it. Accuracies are shares in [0, 1] on the held-out
/// captures, of the schema's first classification head.
///
/// @param lost captures without a soft target, or without a decision
/// @param duplicated soft targets and decisions beyond the first of their capture
/// @param parityMaxAbsDiff largest difference between the student and its ONNX file, over heads
record Report(
        String data,
        long seed,
        int labels,
        int heldOut,
        @JsonProperty("captures_sent") int capturesSent,
        @JsonProperty("soft_targets") int softTargets,
        int samples,
        int lost,
        int duplicated,
        Teacher teacher,
        Accuracy twin,
        Student student,
        Accuracy constant,
        Artifact artifact,
        @JsonProperty("parity_max_abs_diff") double parityMaxAbsDiff,
        Gateway gateway,
        double seconds) {

    static Report read(Path file) {
        return JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .build()
                .readValue(file.toFile(), Report.class);
    }

    void write(Path file) {
        JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValue(file.toFile(), this);
    }

    /// @param low of a 95 % interval
    /// @param high of a 95 % interval
    record Accuracy(double accuracy, double low, double high) {}

    record Teacher(double accuracy, double low, double high, long params, long macs) {}

    record Student(
            @JsonProperty("accuracy_fp32") double accuracyFp32,
            @JsonProperty("accuracy_fp32_low") double accuracyFp32Low,
            @JsonProperty("accuracy_fp32_high") double accuracyFp32High,
            @JsonProperty("accuracy_int8") double accuracyInt8,
            @JsonProperty("accuracy_int8_low") double accuracyInt8Low,
            @JsonProperty("accuracy_int8_high") double accuracyInt8High,
            long params,
            long macs) {}

    /// @param int8Refused why gateways run fp32 instead; null where they run int8
    record Artifact(
            @JsonProperty("bytes_fp32") long bytesFp32,
            @JsonProperty("bytes_int8") long bytesInt8,
            @JsonProperty("int8_refused") @Nullable String int8Refused) {}

    /// @param requests REST assessments, at least one for every held-out capture
    /// @param kafkaRestCompared held-out captures that this run's release answered over both
    /// @param kafkaRestMismatches those of them whose answers over Kafka and REST differ
    record Gateway(
            int requests,
            @JsonProperty("p50_ms") double p50Ms,
            @JsonProperty("p99_ms") double p99Ms,
            double accuracy,
            @JsonProperty("kafka_rest_compared") int kafkaRestCompared,
            @JsonProperty("kafka_rest_mismatches") int kafkaRestMismatches) {}
}
