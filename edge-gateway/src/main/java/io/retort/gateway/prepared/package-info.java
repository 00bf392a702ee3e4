/// The gateway's beans as the build settled them, and when a start may go by that.
@NullMarked
package io.retort.gateway.prepared;

import org.jspecify.annotations.NullMarked;
