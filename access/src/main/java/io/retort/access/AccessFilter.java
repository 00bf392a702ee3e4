package io.retort.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.PathContainer;
import tools.jackson.databind.json.JsonMapper;

/// Refuses what the table does not admit, before anything of the request's body is read.
final class AccessFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;

    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final transient Access access;

    AccessFilter(Access access) {
        this.access = access;
    }

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String path = request.getServletPath();
        String raw = request.getRequestURI();
        if (!raw.equals(path) && !says(raw.substring(request.getContextPath().length()), path)) {
            answer(
                    response,
                    HttpStatus.BAD_REQUEST,
                    "invalid-request",
                    "the path can be read in more than one way");
            return;
        }
        Presented presented =
                new Presented(request.getHeader(HttpHeaders.AUTHORIZATION), certificate(request));
        switch (access.verdict(request.getMethod(), path, presented)) {
            case Verdict.Admitted() -> chain.doFilter(request, response);
            case Verdict.Unknown unknown -> {
                response.setHeader(
                        HttpHeaders.WWW_AUTHENTICATE,
                        unknown.shown()
                                ? "Bearer realm=\"retort\", error=\"invalid_token\""
                                : "Bearer realm=\"retort\"");
                answer(response, HttpStatus.UNAUTHORIZED, "unauthorized", unknown.reason());
            }
            case Verdict.Forbidden forbidden ->
                    answer(response, HttpStatus.FORBIDDEN, "forbidden", forbidden.reason());
            case Verdict.Unnamed unnamed ->
                    answer(response, HttpStatus.NOT_FOUND, "not-found", unnamed.reason());
        }
    }

    /// Whether a path as it was sent means to Spring MVC, which reads that, what it means to the
    /// servlet container, which has decoded it. Otherwise one could be asked for and another
    /// answered.
    private static boolean says(String raw, String path) {
        StringBuilder read = new StringBuilder();
        for (PathContainer.Element element : PathContainer.parsePath(raw).elements()) {
            read.append(
                    element instanceof PathContainer.PathSegment segment
                            ? segment.valueToMatch()
                            : element.value());
        }
        return path.contentEquals(read);
    }

    private static @Nullable X509Certificate certificate(HttpServletRequest request) {
        return request.isSecure()
                        && request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain
                        && chain.length > 0
                ? chain[0]
                : null;
    }

    private static void answer(
            HttpServletResponse response, HttpStatus status, String type, String detail)
            throws IOException {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "urn:retort:problem:" + type);
        problem.put("title", status.getReasonPhrase());
        problem.put("status", status.value());
        problem.put("detail", detail);
        byte[] body = JSON.writeValueAsBytes(problem);
        response.setStatus(status.value());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
