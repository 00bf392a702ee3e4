/// Tests of what is kept from the topics.
@NullMarked
package io.retort.distillation.samples;

import org.jspecify.annotations.NullMarked;
