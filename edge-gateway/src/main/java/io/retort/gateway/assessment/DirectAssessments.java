package io.retort.gateway.assessment;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.ServerHttpObservationFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/// Calls [AssessmentController] for a body that is one image without Spring MVC's dispatch, which
/// costs about as much as the rest of the request; answers and errors are the same. A request with
/// anything unusual about it goes on to MVC, before its body is read. Decision 19.
@Component
final class DirectAssessments extends HttpFilter {

    private static final long serialVersionUID = 1L;

    private final transient AssessmentController controller;
    private final transient ObjectWriter json;
    private final transient HandlerExceptionResolver problems;

    DirectAssessments(
            AssessmentController controller,
            JsonMapper mapper,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems) {
        this.controller = controller;
        this.json = mapper.writerFor(Assessment.class);
        this.problems = problems;
    }

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Direct direct = direct(request);
        if (direct == null) {
            chain.doFilter(request, response);
            return;
        }
        observed(request).ifPresent(seen -> seen.setPathPattern(AssessmentController.PATH));
        byte[] body;
        try {
            body = json.writeValueAsBytes(direct.assess(controller, request));
        } catch (IOException | RuntimeException e) {
            observed(request).ifPresent(seen -> seen.setError(e));
            if (problems.resolveException(request, response, null, e) == null) {
                throw e;
            }
            return;
        }
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        // Without its length, which Tomcat adds: an answer that is known to be complete would close
        // the request too, whose rest the filters before this one may want to read.
        response.getOutputStream().write(body);
    }

    /// What the request asks for; null where MVC has to look at it.
    private static @Nullable Direct direct(HttpServletRequest request) {
        if (!request.getServletPath().equals(AssessmentController.PATH)
                || !request.getMethod().equals("POST")
                || !takesJson(request.getHeader(HttpHeaders.ACCEPT))) {
            return null;
        }
        return switch (request.getContentType()) {
            case MediaType.APPLICATION_OCTET_STREAM_VALUE -> Direct.of(request, true);
            case MediaType.IMAGE_JPEG_VALUE, MediaType.IMAGE_PNG_VALUE -> Direct.of(request, false);
            case null, default -> null;
        };
    }

    private static boolean takesJson(@Nullable String accept) {
        return accept == null
                || accept.equals(MediaType.ALL_VALUE)
                || accept.equals(MediaType.APPLICATION_JSON_VALUE);
    }

    private static Optional<ServerRequestObservationContext> observed(HttpServletRequest request) {
        return ServerHttpObservationFilter.findObservationContext(request);
    }

    /// @param width of raw pixels, as height; 0 for an image that says it itself
    private record Direct(
            @Nullable String modality,
            @Nullable String id,
            @Nullable String station,
            boolean raw,
            int width,
            int height) {

        static @Nullable Direct of(HttpServletRequest request, boolean raw) {
            if (request.getParameterMap().values().stream().anyMatch(values -> values.length > 1)) {
                return null;
            }
            try {
                return new Direct(
                        request.getParameter("modality"),
                        request.getParameter("id"),
                        request.getParameter("station"),
                        raw,
                        raw ? Integer.parseInt(request.getParameter("width")) : 0,
                        raw ? Integer.parseInt(request.getParameter("height")) : 0);
            } catch (NumberFormatException _) {
                return null;
            }
        }

        Assessment assess(AssessmentController controller, HttpServletRequest request)
                throws IOException {
            return raw
                    ? controller.raw(width, height, modality, id, station, request)
                    : controller.image(modality, id, station, request);
        }
    }
}
