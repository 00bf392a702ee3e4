/// Says how good answers are, with an interval.
@NullMarked
package io.retort.learning.evaluation;

import org.jspecify.annotations.NullMarked;
