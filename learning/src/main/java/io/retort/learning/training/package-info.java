/// Trains a network on examples: losses, optimiser, and the loop around them.
@NullMarked
package io.retort.learning.training;

import org.jspecify.annotations.NullMarked;
