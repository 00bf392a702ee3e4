/// Release events: kept with the change that they tell of, published when the broker is there.
@NullMarked
package io.retort.registry.events;

import org.jspecify.annotations.NullMarked;
