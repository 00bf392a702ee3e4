package io.retort.gateway.streaming;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.support.StandardServletMultipartResolver;
import org.springframework.web.servlet.DispatcherServlet;

/// Leaves multipart bodies alone that are read while they come in; others are read as a whole
/// before they are handled.
@Component(DispatcherServlet.MULTIPART_RESOLVER_BEAN_NAME)
final class StreamedBodies extends StandardServletMultipartResolver {

    private static final Set<String> STREAMED =
            Set.of("/api/v1/inspections", "/api/v1/assessments/bulk");

    @Override
    public boolean isMultipart(HttpServletRequest request) {
        return !STREAMED.contains(request.getServletPath()) && super.isMultipart(request);
    }
}
