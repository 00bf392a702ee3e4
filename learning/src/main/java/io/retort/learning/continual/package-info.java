/// Learns classes that arrive over time without forgetting those that were there before.
@NullMarked
package io.retort.learning.continual;

import org.jspecify.annotations.NullMarked;
