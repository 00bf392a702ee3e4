/// What a running job says of itself, and how it hears that it is no longer wanted.
@NullMarked
package io.retort.distillation.progress;

import org.jspecify.annotations.NullMarked;
