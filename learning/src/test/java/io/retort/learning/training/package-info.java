/// Tests of the loss, the optimiser and whole runs.
@NullMarked
package io.retort.learning.training;

import org.jspecify.annotations.NullMarked;
