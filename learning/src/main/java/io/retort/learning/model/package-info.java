/// A network's weights, and the network that runs on them.
@NullMarked
package io.retort.learning.model;

import org.jspecify.annotations.NullMarked;
