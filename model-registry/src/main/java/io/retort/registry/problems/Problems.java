package io.retort.registry.problems;

import io.retort.contract.InvalidRecordException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.util.DisconnectedClientHelper;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DatabindException;

/// Turns every exception into its problem; a stack trace stays in the log.
@RestControllerAdvice
final class Problems extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    @ExceptionHandler
    ResponseEntity<Object> refused(RefusedException e, HttpServletResponse response) {
        if (response.isCommitted()) {
            // Tomcat then breaks the connection off, so that half an answer never looks whole.
            throw e;
        }
        if (e.problem() == Problem.UNAVAILABLE) {
            // What was to be sent may have named its size and its digest already.
            response.reset();
            log.warn("{} ({})", e.getMessage(), String.valueOf(e.getCause()));
        }
        return answer(e.problem(), Objects.requireNonNull(e.getMessage()), e.properties());
    }

    @ExceptionHandler
    ResponseEntity<Object> invalid(InvalidRecordException e) {
        return answer(
                Problem.INVALID_RECORD,
                Objects.requireNonNull(e.getMessage()),
                Map.of("field", e.field()));
    }

    @ExceptionHandler({
        DataAccessResourceFailureException.class,
        TransientDataAccessException.class,
        CannotCreateTransactionException.class
    })
    ResponseEntity<Object> unavailable(Exception e) {
        log.warn("The database does not answer: {}", e.toString());
        return answer(Problem.UNAVAILABLE, "The database does not answer; try again.", Map.of());
    }

    @ExceptionHandler
    @Nullable ResponseEntity<Object> unexpected(Exception e, HttpServletResponse response)
            throws Exception {
        if (DisconnectedClientHelper.isClientDisconnectedException(e)) {
            return null;
        }
        if (response.isCommitted()) {
            // Tomcat then breaks the connection off, so that half an answer never looks whole.
            throw e;
        }
        log.error("Unexpected", e);
        if (e instanceof IOException) {
            response.reset();
        }
        return answer(Problem.INTERNAL_ERROR, "The log of the registry says more.", Map.of());
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException e,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        Throwable cause = e.getCause();
        if (cause instanceof StreamConstraintsException limit) {
            return answer(Problem.TOO_LARGE, limit.getOriginalMessage(), Map.of());
        }
        if (cause instanceof DatabindException unfit) {
            String path = path(unfit);
            InvalidRecordException invalid = invalidRecord(unfit);
            if (invalid != null) {
                return answer(
                        Problem.INVALID_RECORD,
                        Objects.requireNonNull(invalid.getMessage()),
                        Map.of("field", path.isEmpty() ? invalid.field() : path));
            }
            return answer(
                    Problem.INVALID_RECORD,
                    path + ": does not have the form that the API documents",
                    Map.of("field", path));
        }
        if (cause instanceof JacksonException malformed) {
            return answer(
                    Problem.INVALID_REQUEST,
                    "The body is not JSON: line %d, column %d"
                            .formatted(
                                    malformed.getLocation().getLineNr(),
                                    malformed.getLocation().getColumnNr()),
                    Map.of());
        }
        return answer(Problem.INVALID_REQUEST, "The body is missing or unreadable.", Map.of());
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleTypeMismatch(
            TypeMismatchException e,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        InvalidRecordException invalid = invalidRecord(e);
        String detail =
                invalid != null
                        ? Objects.requireNonNull(invalid.getMessage())
                        : "'%s' does not fit %s".formatted(e.getValue(), e.getPropertyName());
        return answer(Problem.INVALID_REQUEST, detail, Map.of());
    }

    /// Spring's own refusals, such as an unknown path or method, with this API's types.
    @Override
    protected ResponseEntity<Object> createResponseEntity(
            @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        if (body instanceof ProblemDetail detail) {
            detail.setType(Problem.of(status).type());
        }
        return super.createResponseEntity(body, headers, status, request);
    }

    private static ResponseEntity<Object> answer(
            Problem problem, String detail, Map<String, Object> properties) {
        ProblemDetail body = ProblemDetail.forStatusAndDetail(problem.status(), detail);
        body.setType(problem.type());
        properties.forEach(body::setProperty);
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(problem.status());
        if (problem == Problem.UNAVAILABLE) {
            answer.header(HttpHeaders.RETRY_AFTER, "5");
        }
        return answer.body(body);
    }

    /// Where a constructor refused what it got; binding wraps it, and it may have a cause itself.
    private static @Nullable InvalidRecordException invalidRecord(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidRecordException invalid) {
                return invalid;
            }
        }
        return null;
    }

    private static String path(DatabindException e) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return path.toString();
    }
}
