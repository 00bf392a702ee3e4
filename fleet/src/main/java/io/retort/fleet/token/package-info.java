/// Makes tokens for callers.
@NullMarked
package io.retort.fleet.token;

import org.jspecify.annotations.NullMarked;
