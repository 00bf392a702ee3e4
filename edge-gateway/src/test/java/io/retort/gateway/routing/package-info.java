/// Tests of the package of the same name.
@NullMarked
package io.retort.gateway.routing;

import org.jspecify.annotations.NullMarked;
