/// Measures the edge gateway from outside, as a process of its own beside others that answer the
/// same.
@NullMarked
package io.retort.fleet.bench.gateway;

import org.jspecify.annotations.NullMarked;
