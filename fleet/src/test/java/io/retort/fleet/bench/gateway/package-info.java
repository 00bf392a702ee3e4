@NullMarked
package io.retort.fleet.bench.gateway;

import org.jspecify.annotations.NullMarked;
