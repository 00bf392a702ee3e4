/// Scores every capture with the active teacher, once, and answers for single captures.
@NullMarked
package io.retort.teacher.scoring;

import org.jspecify.annotations.NullMarked;
