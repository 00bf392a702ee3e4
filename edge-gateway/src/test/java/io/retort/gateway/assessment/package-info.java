/// Tests of the package of the same name.
@NullMarked
package io.retort.gateway.assessment;

import org.jspecify.annotations.NullMarked;
