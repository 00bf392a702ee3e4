/// Hands finished models to the registry, and waits for it where it is away.
@NullMarked
package io.retort.distillation.publishing;

import org.jspecify.annotations.NullMarked;
