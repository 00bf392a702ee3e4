/// Chooses where an item goes: the bin of highest expected value that may still take it.
@NullMarked
package io.retort.gateway.routing;

import org.jspecify.annotations.NullMarked;
