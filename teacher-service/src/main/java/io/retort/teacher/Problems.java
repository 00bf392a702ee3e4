package io.retort.teacher;

import io.retort.contract.InvalidRecordException;
import io.retort.teacher.scoring.NoActiveTeacherException;
import io.retort.teacher.scoring.RequestTooLargeException;
import io.retort.teacher.training.InvalidRequestException;
import io.retort.teacher.training.TeacherNotFoundException;
import io.retort.teacher.training.TooFewSamplesException;
import io.retort.teacher.training.TrainingConflictException;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/// Which exception becomes which problem (RFC 9457).
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);
    private static final String RETRY_SECONDS = "10";

    @ExceptionHandler
    ProblemDetail invalidRecord(InvalidRecordException e) {
        ProblemDetail problem = problem(HttpStatus.UNPROCESSABLE_CONTENT, "invalid-record", e);
        problem.setProperty("field", e.field());
        return problem;
    }

    @ExceptionHandler
    ProblemDetail invalidRequest(InvalidRequestException e) {
        return problem(HttpStatus.BAD_REQUEST, "invalid-request", e);
    }

    @ExceptionHandler
    ProblemDetail notFound(TeacherNotFoundException e) {
        return problem(HttpStatus.NOT_FOUND, "not-found", e);
    }

    @ExceptionHandler
    ProblemDetail conflict(TrainingConflictException e) {
        return problem(HttpStatus.CONFLICT, "conflict", e);
    }

    @ExceptionHandler
    ProblemDetail tooFewSamples(TooFewSamplesException e) {
        return problem(HttpStatus.UNPROCESSABLE_CONTENT, "too-few-samples", e);
    }

    @ExceptionHandler
    ProblemDetail tooLarge(RequestTooLargeException e) {
        return problem(HttpStatus.CONTENT_TOO_LARGE, "too-large", e);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unavailable(NoActiveTeacherException e) {
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS)
                .body(problem(HttpStatus.SERVICE_UNAVAILABLE, "unavailable", e));
    }

    @ExceptionHandler
    ProblemDetail unexpected(Exception e) {
        log.error("a request failed", e);
        ProblemDetail problem =
                ProblemDetail.forStatusAndDetail(
                        HttpStatus.INTERNAL_SERVER_ERROR, "the service failed; its log says why");
        problem.setType(type("internal"));
        return problem;
    }

    /// What Spring itself refuses, under the types that the services share.
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception e,
            @Nullable Object body,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        ResponseEntity<Object> response =
                super.handleExceptionInternal(e, body, headers, status, request);
        if (response != null && response.getBody() instanceof ProblemDetail problem) {
            HttpStatus known = HttpStatus.resolve(status.value());
            problem.setType(
                    type(
                            known == null || known == HttpStatus.BAD_REQUEST
                                    ? "invalid-request"
                                    : known.name().toLowerCase(Locale.ROOT).replace('_', '-')));
        }
        return response;
    }

    private static ProblemDetail problem(HttpStatus status, String name, Exception e) {
        ProblemDetail problem =
                ProblemDetail.forStatusAndDetail(status, String.valueOf(e.getMessage()));
        problem.setType(type(name));
        return problem;
    }

    private static URI type(String name) {
        return URI.create("urn:retort:problem:" + name);
    }
}
