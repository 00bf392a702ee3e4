/// Threads of what is not a request.
@NullMarked
package io.retort.gateway.beside;

import org.jspecify.annotations.NullMarked;
