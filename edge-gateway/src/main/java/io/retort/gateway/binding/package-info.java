/// When the gateway is bound to the broker's topics.
@NullMarked
package io.retort.gateway.binding;

import org.jspecify.annotations.NullMarked;
