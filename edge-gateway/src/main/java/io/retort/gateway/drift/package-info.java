/// Compares what a model answers with what it answered when its release was examined.
@NullMarked
package io.retort.gateway.drift;

import org.jspecify.annotations.NullMarked;
