/// Decides which of several ways to train a student is published: the best that is safe.
@NullMarked
package io.retort.distillation.gate;

import org.jspecify.annotations.NullMarked;
