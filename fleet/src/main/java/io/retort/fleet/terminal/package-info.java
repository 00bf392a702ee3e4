/// What a command prints while it works, and where what it runs logs to.
@NullMarked
package io.retort.fleet.terminal;

import org.jspecify.annotations.NullMarked;
