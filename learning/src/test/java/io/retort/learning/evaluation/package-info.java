/// Tests of figures and their intervals.
@NullMarked
package io.retort.learning.evaluation;

import org.jspecify.annotations.NullMarked;
