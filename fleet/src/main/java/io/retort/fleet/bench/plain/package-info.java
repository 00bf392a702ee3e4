/// What a gateway would be if it were written in an hour, to compare with.
@NullMarked
package io.retort.fleet.bench.plain;

import org.jspecify.annotations.NullMarked;
