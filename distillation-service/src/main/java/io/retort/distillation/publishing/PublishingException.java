package io.retort.distillation.publishing;

import org.jspecify.annotations.Nullable;

/// The registry refused a release, or stayed away for longer than was waited for it.
public final class PublishingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PublishingException(String problem, @Nullable Throwable cause) {
        super(problem, cause);
    }
}
