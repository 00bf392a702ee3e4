package io.retort.gateway.idempotency;

import io.retort.gateway.idempotency.IdempotencyException.Reason;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/// `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) on every POST of the MES API. What
/// succeeded is answered again under its key without being done again; what failed did nothing, so
/// its key is free.
@Component
// Before the filter that answers single pictures itself, which is the last.
@Order(Ordered.LOWEST_PRECEDENCE - 1)
final class IdempotencyFilter extends OncePerRequestFilter {

    static final String HEADER = "Idempotency-Key";
    private static final String REPLAYED = "Idempotency-Replayed";
    static final String API = "/api/v1/";

    /// A string of structured fields (RFC 9651), or one without its quotes.
    private static final Pattern KEY =
            Pattern.compile("\"([ !#-\\[\\]-~]{1,255})\"|([!#-+\\--~]{1,255})");

    /// What a handler leaves of a body, as one does that has said why it stopped.
    private static final long LARGEST_REST = 64L << 20;

    private final Keys keys;
    private final IdempotencySettings settings;
    private final HandlerExceptionResolver problems;

    IdempotencyFilter(
            Keys keys,
            IdempotencySettings settings,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems) {
        this.keys = keys;
        this.settings = settings;
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getHeader(HEADER) == null
                || !HttpMethod.POST.matches(request.getMethod())
                || !request.getRequestURI().startsWith(API);
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            String key = key(request.getHeader(HEADER));
            FingerprintedRequest fingerprinted = new FingerprintedRequest(request);
            Optional<Keys.Answered> before = keys.begin(key);
            if (before.isEmpty()) {
                run(key, fingerprinted, response, chain);
            } else {
                replay(before.get(), fingerprinted, response);
            }
        } catch (RuntimeException e) {
            if (problems.resolveException(request, response, null, e) == null) {
                throw e;
            }
        }
    }

    private void run(
            String key,
            FingerprintedRequest request,
            HttpServletResponse response,
            FilterChain chain)
            throws ServletException, IOException {
        boolean answered = false;
        try {
            CopiedResponse copied =
                    new CopiedResponse(response, settings.largestAnswer().toBytes());
            chain.doFilter(request, copied);
            if (HttpStatus.valueOf(copied.getStatus()).is2xxSuccessful()
                    && !copied.brokeOff()
                    && !request.brokeOff()
                    && request.drained(LARGEST_REST)) {
                keys.answered(key, request.fingerprint(), copied.kept());
                answered = true;
            }
        } finally {
            if (!answered) {
                keys.forget(key);
            }
        }
    }

    private static void replay(
            Keys.Answered before, FingerprintedRequest request, HttpServletResponse response)
            throws IOException {
        if (!request.drained(Long.MAX_VALUE)
                || !request.fingerprint().equals(before.fingerprint())) {
            throw new IdempotencyException(
                    Reason.REUSED, "another request was answered under this key");
        }
        KeptAnswer answer = before.answer();
        byte @Nullable [] body = answer.body();
        if (body == null) {
            String location = answer.headers().get("Content-Location");
            throw new IdempotencyException(
                    Reason.NOT_KEPT,
                    "the request was answered, with more than is kept"
                            + (location == null ? "" : "; see " + location));
        }
        response.setStatus(answer.status());
        answer.headers().forEach(response::setHeader);
        response.setHeader(REPLAYED, "true");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static String key(String header) {
        var key = KEY.matcher(header.strip());
        if (!key.matches()) {
            throw new IdempotencyException(
                    Reason.MALFORMED, HEADER + " must be a string of 1 to 255 characters");
        }
        return key.group(1) == null ? key.group(2) : key.group(1);
    }
}
