/// Tests of training.
@NullMarked
package io.retort.teacher.training;

import org.jspecify.annotations.NullMarked;
