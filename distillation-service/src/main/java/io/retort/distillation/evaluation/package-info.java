/// Compares the student with its twin on captures that neither has seen.
@NullMarked
package io.retort.distillation.evaluation;

import org.jspecify.annotations.NullMarked;
