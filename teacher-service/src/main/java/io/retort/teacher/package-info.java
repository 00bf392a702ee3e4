/// Trains multimodal teachers on annotated captures, and tells what they know of every capture.
@NullMarked
package io.retort.teacher;

import org.jspecify.annotations.NullMarked;
