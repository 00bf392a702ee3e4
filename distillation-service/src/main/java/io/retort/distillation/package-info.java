/// Distils teachers into students: keeps samples, runs jobs, and publishes what they make.
@NullMarked
package io.retort.distillation;

import org.jspecify.annotations.NullMarked;
