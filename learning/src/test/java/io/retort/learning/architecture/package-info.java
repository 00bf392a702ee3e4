/// Tests of shapes, counts and what does not fit.
@NullMarked
package io.retort.learning.architecture;

import org.jspecify.annotations.NullMarked;
