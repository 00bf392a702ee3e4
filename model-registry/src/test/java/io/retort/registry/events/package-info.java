/// Tests of the way of release events to the broker.
@NullMarked
package io.retort.registry.events;

import org.jspecify.annotations.NullMarked;
