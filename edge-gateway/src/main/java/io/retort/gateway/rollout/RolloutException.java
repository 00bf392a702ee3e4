package io.retort.gateway.rollout;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// A step of a rollout failed; the model in use goes on serving.
final class RolloutException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// Tag of the metric, and what operators read.
    enum Reason {
        REGISTRY_AWAY,
        /// The registry answers something that is no version of the model.
        REGISTRY_ANSWER,
        /// The registry knows no such model or alias yet.
        NOT_RELEASED,
        /// The version has no artifact of the wanted variant.
        VARIANT_MISSING,
        DIGEST_MISMATCH,
        /// The folder of models cannot be read or written, as when the disk is full.
        STORAGE,
        /// What the folder holds is not what was put there.
        CACHE_DAMAGED,
        /// The file is no model, or fails its smoke run.
        MODEL_UNUSABLE,
        UNEXPECTED;

        @JsonValue
        String tag() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Reason reason;

    RolloutException(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    RolloutException(Reason reason, String detail, Throwable cause) {
        super(detail, cause);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
