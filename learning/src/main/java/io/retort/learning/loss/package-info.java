/// Losses: each takes what a network says and what it should say, and gives a differentiable
/// scalar.
@NullMarked
package io.retort.learning.loss;

import org.jspecify.annotations.NullMarked;
