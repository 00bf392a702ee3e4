/// Tests of one job's way.
@NullMarked
package io.retort.distillation.training;

import org.jspecify.annotations.NullMarked;
