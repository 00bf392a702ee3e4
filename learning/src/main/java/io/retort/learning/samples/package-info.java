/// Keeps captures, soft targets and annotations as they arrive, and joins them by capture id.
@NullMarked
package io.retort.learning.samples;

import org.jspecify.annotations.NullMarked;
