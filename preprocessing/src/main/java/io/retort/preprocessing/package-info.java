/// Turns a capture's payloads into the tensors that every model sees, in training and in serving.
@NullMarked
package io.retort.preprocessing;

import org.jspecify.annotations.NullMarked;
