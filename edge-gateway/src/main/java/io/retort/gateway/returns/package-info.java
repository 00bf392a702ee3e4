/// Sends back captures that a next student should learn from.
@NullMarked
package io.retort.gateway.returns;

import org.jspecify.annotations.NullMarked;
