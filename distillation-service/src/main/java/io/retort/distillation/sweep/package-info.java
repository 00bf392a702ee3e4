/// Trains many students side by side and says which of them are worth their cost.
@NullMarked
package io.retort.distillation.sweep;

import org.jspecify.annotations.NullMarked;
