/// Keeps what arrives on the topics, joined by capture id.
@NullMarked
package io.retort.distillation.samples;

import org.jspecify.annotations.NullMarked;
