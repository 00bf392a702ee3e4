/// The model card on a case that is small enough to be worked out by hand.
@NullMarked
package io.retort.distillation.card;

import org.jspecify.annotations.NullMarked;
