/// Keeps captures and annotations as they arrive.
@NullMarked
package io.retort.teacher.samples;

import org.jspecify.annotations.NullMarked;
