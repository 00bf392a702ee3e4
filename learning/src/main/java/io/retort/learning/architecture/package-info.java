/// Describes networks as data, from which both the trainable network and the ONNX graph are made.
@NullMarked
package io.retort.learning.architecture;

import org.jspecify.annotations.NullMarked;
