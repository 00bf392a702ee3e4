package io.retort.gateway.inspection;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.retort.gateway.assessment.Assessment;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;

/// One line of an inspection's answer. Its kind comes first.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Answer.Decided.class, name = Answer.DECISION),
    @JsonSubTypes.Type(value = Answer.Failed.class, name = Answer.ERROR),
    @JsonSubTypes.Type(value = Answer.Ended.class, name = Answer.REPORT)
})
sealed interface Answer {

    String DECISION = "decision";
    String ERROR = "error";
    String REPORT = "report";

    /// @param number of the frame, from 1
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Decided(
            long number,
            Position position,
            @Nullable Instant time,
            @JsonUnwrapped Assessment assessment)
            implements Answer {}

    /// @param number of the frame; 0 where it is about the inspection itself
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Failed(long number, @Nullable String id, ProblemDetail problem) implements Answer {}

    /// The last line.
    record Ended(Report report) implements Answer {}
}
