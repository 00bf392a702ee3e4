/// Writes a trained network as ONNX files, full precision and int8, and proves them equal to it.
@NullMarked
package io.retort.distillation.export;

import org.jspecify.annotations.NullMarked;
