/// Tests of the package of the same name.
@NullMarked
package io.retort.gateway.outbox;

import org.jspecify.annotations.NullMarked;
