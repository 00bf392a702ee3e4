/// Says how good answers are, how much they can be trusted and which of two methods is better, with
/// intervals.
@NullMarked
package io.retort.learning.evaluation;

import org.jspecify.annotations.NullMarked;
