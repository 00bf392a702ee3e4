/// Tests of the package of the same name.
@NullMarked
package io.retort.gateway.drift;

import org.jspecify.annotations.NullMarked;
