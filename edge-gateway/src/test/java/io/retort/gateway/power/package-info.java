/// Tests of the package of the same name.
@NullMarked
package io.retort.gateway.power;

import org.jspecify.annotations.NullMarked;
