/// Tests of the package of the same name.
@NullMarked
package io.retort.gateway.idempotency;

import org.jspecify.annotations.NullMarked;
