/// Teachers on small made-up tasks.
@NullMarked
package io.retort.learning.teacher;

import org.jspecify.annotations.NullMarked;
