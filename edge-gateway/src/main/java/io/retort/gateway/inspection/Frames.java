package io.retort.gateway.inspection;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Frames of a body that still comes in.
sealed interface Frames permits NdjsonFrames, MultipartFrames {

    /// The next one as soon as it is complete, or null after the last.
    ///
    /// @throws IOException where the stream breaks off
    @Nullable Arrival next() throws IOException;
}
