package io.retort.distillation;

import io.retort.contract.InvalidRecordException;
import io.retort.distillation.jobs.InvalidRequestException;
import io.retort.distillation.jobs.JobConflictException;
import io.retort.distillation.jobs.NoSuchJobException;
import io.retort.distillation.jobs.QueueFullException;
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

/// What goes wrong, as callers see it (RFC 9457): the one table of exceptions and statuses.
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final String TYPE = "urn:retort:problem:";
    private static final String RETRY_SECONDS = "30";

    @ExceptionHandler
    ProblemDetail invalidRecord(InvalidRecordException e) {
        ProblemDetail problem = problem(HttpStatus.UNPROCESSABLE_CONTENT, "invalid-record", e);
        problem.setProperty("field", e.field());
        return problem;
    }

    @ExceptionHandler
    ProblemDetail invalidRequest(InvalidRequestException e) {
        ProblemDetail problem = problem(HttpStatus.BAD_REQUEST, "invalid-request", e);
        problem.setProperty("field", e.field());
        return problem;
    }

    @ExceptionHandler
    ProblemDetail noSuchJob(NoSuchJobException e) {
        return problem(HttpStatus.NOT_FOUND, "not-found", e);
    }

    @ExceptionHandler
    ProblemDetail conflict(JobConflictException e) {
        return problem(HttpStatus.CONFLICT, "conflict", e);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> queueFull(QueueFullException e) {
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS)
                .body(problem(HttpStatus.SERVICE_UNAVAILABLE, "unavailable", e));
    }

    @ExceptionHandler
    ProblemDetail unforeseen(Exception e) {
        LOG.error("A request failed for a reason that no caller can mend", e);
        ProblemDetail problem =
                ProblemDetail.forStatusAndDetail(
                        HttpStatus.INTERNAL_SERVER_ERROR, "the service's log says what happened");
        problem.setType(URI.create(TYPE + "internal-error"));
        return problem;
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException e,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        ProblemDetail problem =
                e.getCause() instanceof JacksonException json
                        ? invalidRequest(InvalidRequestException.of("", json))
                        : ProblemDetail.forStatusAndDetail(status, "the body cannot be read");
        return handleExceptionInternal(e, problem, headers, status, request);
    }

    /// Spring's own refusals get a type too.
    @Override
    protected ResponseEntity<Object> createResponseEntity(
            @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        if (body instanceof ProblemDetail problem
                && (problem.getType() == null
                        || problem.getType().toString().equals("about:blank"))) {
            HttpStatus known = HttpStatus.resolve(status.value());
            problem.setType(URI.create(TYPE + name(known)));
        }
        return super.createResponseEntity(body, headers, status, request);
    }

    private static String name(@Nullable HttpStatus status) {
        return status == null || status == HttpStatus.BAD_REQUEST
                ? "invalid-request"
                : status.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static ProblemDetail problem(HttpStatus status, String type, Exception e) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, e.getMessage());
        problem.setType(URI.create(TYPE + type));
        return problem;
    }
}
