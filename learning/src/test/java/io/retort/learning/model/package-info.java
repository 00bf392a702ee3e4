/// Tests of weights on disk, and of what a network says.
@NullMarked
package io.retort.learning.model;

import org.jspecify.annotations.NullMarked;
