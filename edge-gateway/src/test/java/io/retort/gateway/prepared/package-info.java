/// Of the gateway as the build settled it.
@NullMarked
package io.retort.gateway.prepared;

import org.jspecify.annotations.NullMarked;
