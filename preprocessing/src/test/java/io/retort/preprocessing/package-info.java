/// Tests of the tensors that every model sees.
@NullMarked
package io.retort.preprocessing;

import org.jspecify.annotations.NullMarked;
