/// Tests of the package of the same name.
@NullMarked
package io.retort.gateway.rollout;

import org.jspecify.annotations.NullMarked;
