/// Tests of the package of the same name.
@NullMarked
package io.retort.gateway.bulk;

import org.jspecify.annotations.NullMarked;
