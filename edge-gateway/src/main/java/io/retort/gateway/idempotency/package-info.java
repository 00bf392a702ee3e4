/// Answers a request that is sent again, under the same key, as it was answered before.
@NullMarked
package io.retort.gateway.idempotency;

import org.jspecify.annotations.NullMarked;
