/// Tests of the package of the same name.
@NullMarked
package io.retort.gateway.inference;

import org.jspecify.annotations.NullMarked;
