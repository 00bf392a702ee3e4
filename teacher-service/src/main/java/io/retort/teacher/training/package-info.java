/// Trains teachers in the background, keeps them, and says which one is active.
@NullMarked
package io.retort.teacher.training;

import org.jspecify.annotations.NullMarked;
