/// Tests of the package of the same name.
@NullMarked
package io.retort.gateway.returns;

import org.jspecify.annotations.NullMarked;
