/// Takes orders for models, works them off one after another, and tells how they go.
@NullMarked
package io.retort.distillation.jobs;

import org.jspecify.annotations.NullMarked;
