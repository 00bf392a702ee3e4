package io.retort.gateway.assessment;

import io.retort.contract.InvalidRecordException;
import io.retort.gateway.outbox.OutboxFullException;
import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/// What is wrong with one item of many, whose request goes on: the same problem documents as a
/// request of its own would get.
public final class ItemProblems {

    private static final Logger LOG = LoggerFactory.getLogger(ItemProblems.class);

    private ItemProblems() {}

    public static ProblemDetail of(RuntimeException e) {
        return switch (e) {
            case InvalidRecordException invalid -> {
                ProblemDetail problem =
                        problem(
                                HttpStatus.UNPROCESSABLE_CONTENT,
                                "invalid-record",
                                String.valueOf(e.getMessage()));
                problem.setProperty("field", invalid.field());
                yield problem;
            }
            case InvalidRequestException _ ->
                    problem(
                            HttpStatus.BAD_REQUEST,
                            "invalid-request",
                            String.valueOf(e.getMessage()));
            case OutboxFullException _ ->
                    problem(
                            HttpStatus.INSUFFICIENT_STORAGE,
                            "outbox-full",
                            String.valueOf(e.getMessage()));
            default -> {
                LOG.error("One item of a request failed", e);
                yield problem(
                        HttpStatus.INTERNAL_SERVER_ERROR,
                        "internal-error",
                        "the gateway's log has the cause");
            }
        };
    }

    private static ProblemDetail problem(HttpStatus status, String name, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create("urn:retort:problem:" + name));
        problem.setTitle(status.getReasonPhrase());
        return problem;
    }
}
