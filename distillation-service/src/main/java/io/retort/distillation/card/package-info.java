/// The model card of a release: what it is, how good, for what and for what not, as JSON and as a
/// page.
@NullMarked
package io.retort.distillation.card;

import org.jspecify.annotations.NullMarked;
