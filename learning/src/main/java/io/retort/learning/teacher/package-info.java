/// Teachers that can be trusted: cross-fitted, calibrated, and aware of what they do not know.
@NullMarked
package io.retort.learning.teacher;

import org.jspecify.annotations.NullMarked;
