/// Tests of the sweep.
@NullMarked
package io.retort.distillation.sweep;

import org.jspecify.annotations.NullMarked;
