/// Sends captures the whole way through a running fleet and reports what came out.
@NullMarked
package io.retort.fleet.demo;

import org.jspecify.annotations.NullMarked;
