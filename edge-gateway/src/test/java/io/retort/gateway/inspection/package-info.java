/// Tests of the package of the same name.
@NullMarked
package io.retort.gateway.inspection;

import org.jspecify.annotations.NullMarked;
