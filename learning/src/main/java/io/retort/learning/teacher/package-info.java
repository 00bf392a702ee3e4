/// Teachers of several networks, each answering about captures that it was not fitted on.
@NullMarked
package io.retort.learning.teacher;

import org.jspecify.annotations.NullMarked;
