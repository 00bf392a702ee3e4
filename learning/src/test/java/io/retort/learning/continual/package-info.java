/// Tests of what is kept from one task to the next, and of whole sequences of tasks.
@NullMarked
package io.retort.learning.continual;

import org.jspecify.annotations.NullMarked;
