/// Tests of how captures and annotations are taken in.
@NullMarked
package io.retort.teacher.samples;

import org.jspecify.annotations.NullMarked;
