package io.retort.gateway.idempotency;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An answer that can be given again.
///
/// @param headers that describe the body
/// @param body null where it is larger than what is kept
record KeptAnswer(int status, Map<String, String> headers, byte @Nullable [] body) {

    int bytes() {
        return body == null ? 0 : body.length;
    }
}
