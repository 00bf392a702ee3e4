/// The Open Inference Protocol, version 2, over REST: tensors in, tensors out.
@NullMarked
package io.retort.gateway.oip;

import org.jspecify.annotations.NullMarked;
