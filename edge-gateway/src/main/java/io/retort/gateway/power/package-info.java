/// Knows how much energy there is to spend, and what was spent by a model of it.
@NullMarked
package io.retort.gateway.power;

import org.jspecify.annotations.NullMarked;
