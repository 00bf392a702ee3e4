/// Runs the model in use on ONNX Runtime, and changes it under way.
@NullMarked
package io.retort.gateway.inference;

import org.jspecify.annotations.NullMarked;
