package io.retort.gateway.bulk;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.retort.gateway.assessment.Assessment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;

/// Answers in the items' order.
///
/// @param ended why the rest was not read; null where all was
@JsonInclude(JsonInclude.Include.NON_NULL)
record BulkAnswer(List<Line> items, long decided, long failed, @Nullable ProblemDetail ended) {

    /// One item's answer: an assessment, or a problem.
    ///
    /// @param number of the item, from 1
    /// @param id null where it could not be read
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Line(
            long number,
            @Nullable String id,
            @Nullable Assessment assessment,
            @Nullable ProblemDetail problem) {}

    /// The last line where answers leave one by one.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record End(long decided, long failed, @Nullable ProblemDetail ended) {}
}
