package io.retort.registry.problems;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request is refused. The message goes to the client, so it says what to do about it.
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Problem problem;
    private final transient Map<String, Object> properties;

    public RefusedException(Problem problem, String detail) {
        this(problem, detail, Map.of(), null);
    }

    /// @param properties what a program wants to know beside the text
    public RefusedException(
            Problem problem,
            String detail,
            Map<String, Object> properties,
            @Nullable Throwable cause) {
        super(detail, cause);
        this.problem = problem;
        this.properties = properties;
    }

    public Problem problem() {
        return problem;
    }

    Map<String, Object> properties() {
        return properties;
    }
}
