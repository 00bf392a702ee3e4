/// Tests of the package of the same name.
@NullMarked
package io.retort.gateway.maintenance;

import org.jspecify.annotations.NullMarked;
