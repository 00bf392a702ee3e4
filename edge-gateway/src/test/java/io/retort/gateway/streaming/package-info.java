/// Tests of the package of the same name.
@NullMarked
package io.retort.gateway.streaming;

import org.jspecify.annotations.NullMarked;
