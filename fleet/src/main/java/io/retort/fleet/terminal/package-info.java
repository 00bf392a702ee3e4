/// What a command prints while it works.
@NullMarked
package io.retort.fleet.terminal;

import org.jspecify.annotations.NullMarked;
