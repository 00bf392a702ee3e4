/// One job from frozen samples to a published student, on a page that reads forward.
@NullMarked
package io.retort.distillation.training;

import org.jspecify.annotations.NullMarked;
