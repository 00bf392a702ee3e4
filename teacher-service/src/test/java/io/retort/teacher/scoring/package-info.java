/// Tests of scoring.
@NullMarked
package io.retort.teacher.scoring;

import org.jspecify.annotations.NullMarked;
