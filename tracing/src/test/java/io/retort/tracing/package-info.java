@NullMarked
package io.retort.tracing;

import org.jspecify.annotations.NullMarked;
