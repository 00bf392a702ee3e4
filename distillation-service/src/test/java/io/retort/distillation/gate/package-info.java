/// The gate on real trainings of small students.
@NullMarked
package io.retort.distillation.gate;

import org.jspecify.annotations.NullMarked;
