/// Traces from capture to decision, where a collector is named, and nothing at all where none is.
@NullMarked
package io.retort.tracing;

import org.jspecify.annotations.NullMarked;
