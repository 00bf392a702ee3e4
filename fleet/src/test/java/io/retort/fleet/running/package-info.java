/// Tests of services that run together.
@NullMarked
package io.retort.fleet.running;

import org.jspecify.annotations.NullMarked;
