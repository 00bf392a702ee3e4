/// Assesses captures on a plant's own node, with the model that the registry releases.
@NullMarked
package io.retort.gateway;

import org.jspecify.annotations.NullMarked;
