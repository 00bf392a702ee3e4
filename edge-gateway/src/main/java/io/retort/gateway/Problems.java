package io.retort.gateway;

import io.retort.contract.InvalidRecordException;
import io.retort.gateway.assessment.BodyTooLargeException;
import io.retort.gateway.assessment.InvalidRequestException;
import io.retort.gateway.assessment.UnsupportedPartException;
import io.retort.gateway.idempotency.IdempotencyException;
import io.retort.gateway.inference.ModelUnavailableException;
import io.retort.gateway.inference.OverloadedException;
import io.retort.gateway.inspection.ConflictException;
import io.retort.gateway.inspection.MissingException;
import io.retort.gateway.maintenance.MissingHeadsException;
import io.retort.gateway.outbox.OutboxFullException;
import java.io.UncheckedIOException;
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
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;

/// Every exception's status and problem type (RFC 9457), in one table.
@RestControllerAdvice
final class Problems extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);
    private static final String TYPE = "urn:retort:problem:";

    /// A model is fetched within a poll or two.
    private static final String RETRY_AFTER_SECONDS = "5";

    @ExceptionHandler
    ResponseEntity<Object> invalid(InvalidRecordException e, WebRequest request) {
        ProblemDetail problem = problem(HttpStatus.UNPROCESSABLE_CONTENT, "invalid-record", e);
        problem.setProperty("field", e.field());
        return answer(e, problem, new HttpHeaders(), request);
    }

    @ExceptionHandler
    ResponseEntity<Object> invalid(InvalidRequestException e, WebRequest request) {
        return answer(e, HttpStatus.BAD_REQUEST, "invalid-request", request);
    }

    @ExceptionHandler
    ResponseEntity<Object> conflict(ConflictException e, WebRequest request) {
        return answer(e, HttpStatus.CONFLICT, "conflict", request);
    }

    @ExceptionHandler
    ResponseEntity<Object> key(IdempotencyException e, WebRequest request) {
        HttpHeaders headers = new HttpHeaders();
        ProblemDetail problem =
                switch (e.reason()) {
                    case MALFORMED -> problem(HttpStatus.BAD_REQUEST, "idempotency-key", e);
                    case RUNNING -> {
                        headers.set(HttpHeaders.RETRY_AFTER, "1");
                        yield problem(HttpStatus.CONFLICT, "idempotency-running", e);
                    }
                    case REUSED ->
                            problem(HttpStatus.UNPROCESSABLE_CONTENT, "idempotency-key-reused", e);
                    case NOT_KEPT -> problem(HttpStatus.CONFLICT, "idempotency-answer-not-kept", e);
                };
        return answer(e, problem, headers, request);
    }

    @ExceptionHandler
    ResponseEntity<Object> heads(MissingHeadsException e, WebRequest request) {
        return answer(e, HttpStatus.CONFLICT, "missing-heads", request);
    }

    @ExceptionHandler
    ResponseEntity<Object> missing(MissingException e, WebRequest request) {
        return answer(e, HttpStatus.NOT_FOUND, "not-found", request);
    }

    @ExceptionHandler
    ResponseEntity<Object> tooLarge(BodyTooLargeException e, WebRequest request) {
        return answer(e, HttpStatus.CONTENT_TOO_LARGE, "too-large", request);
    }

    @ExceptionHandler
    ResponseEntity<Object> unsupported(UnsupportedPartException e, WebRequest request) {
        return answer(e, HttpStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", request);
    }

    @ExceptionHandler
    ResponseEntity<Object> unavailable(ModelUnavailableException e, WebRequest request) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        return answer(
                e, problem(HttpStatus.SERVICE_UNAVAILABLE, "unavailable", e), headers, request);
    }

    @ExceptionHandler
    ResponseEntity<Object> overloaded(OverloadedException e, WebRequest request) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, "1");
        return answer(e, problem(HttpStatus.TOO_MANY_REQUESTS, "overloaded", e), headers, request);
    }

    @ExceptionHandler
    ResponseEntity<Object> full(OutboxFullException e, WebRequest request) {
        return answer(e, HttpStatus.INSUFFICIENT_STORAGE, "outbox-full", request);
    }

    @ExceptionHandler
    ResponseEntity<Object> storage(UncheckedIOException e, WebRequest request) {
        log.error("Storage failed: {}", request.getDescription(false), e);
        return answer(e, HttpStatus.INSUFFICIENT_STORAGE, "storage", request);
    }

    @ExceptionHandler
    ResponseEntity<Object> unexpected(Exception e, WebRequest request) {
        log.error("Request failed: {}", request.getDescription(false), e);
        ProblemDetail problem =
                ProblemDetail.forStatusAndDetail(
                        HttpStatus.INTERNAL_SERVER_ERROR, "the gateway's log has the cause");
        problem.setType(URI.create(TYPE + "internal-error"));
        return answer(e, problem, new HttpHeaders(), request);
    }

    /// Says what of a JSON body cannot be read.
    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException e,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        if (!(e.getCause() instanceof JacksonException cause)) {
            return super.handleHttpMessageNotReadable(e, headers, status, request);
        }
        ProblemDetail problem =
                ProblemDetail.forStatusAndDetail(
                        HttpStatus.BAD_REQUEST, cause.getOriginalMessage());
        problem.setType(URI.create(TYPE + "invalid-request"));
        return answer(e, problem, new HttpHeaders(), request);
    }

    /// What the framework refuses has a status, and gets its type from it.
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception e,
            @Nullable Object body,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        ResponseEntity<Object> answer =
                super.handleExceptionInternal(e, body, headers, status, request);
        if (answer != null
                && answer.getBody() instanceof ProblemDetail problem
                && (problem.getType() == null
                        || problem.getType().toString().equals("about:blank"))) {
            problem.setType(URI.create(TYPE + name(status)));
        }
        return answer;
    }

    private ResponseEntity<Object> answer(
            Exception e, HttpStatus status, String name, WebRequest request) {
        return answer(e, problem(status, name, e), new HttpHeaders(), request);
    }

    private ResponseEntity<Object> answer(
            Exception e, ProblemDetail problem, HttpHeaders headers, WebRequest request) {
        ResponseEntity<Object> answer =
                handleExceptionInternal(
                        e, problem, headers, HttpStatusCode.valueOf(problem.getStatus()), request);
        // Null only where the response is on its way already.
        return answer == null ? ResponseEntity.status(problem.getStatus()).build() : answer;
    }

    private static ProblemDetail problem(HttpStatus status, String name, Exception e) {
        ProblemDetail problem =
                ProblemDetail.forStatusAndDetail(status, String.valueOf(e.getMessage()));
        problem.setType(URI.create(TYPE + name));
        return problem;
    }

    private static String name(HttpStatusCode status) {
        HttpStatus known = HttpStatus.resolve(status.value());
        if (known == null) {
            return "http-" + status.value();
        }
        if (known == HttpStatus.BAD_REQUEST) {
            return "invalid-request";
        }
        if (known == HttpStatus.CONTENT_TOO_LARGE) {
            return "too-large";
        }
        return known.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
