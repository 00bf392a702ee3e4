/// Keeps small files in a gateway's folder whole, whatever happens while they are written.
@NullMarked
package io.retort.gateway.storage;

import org.jspecify.annotations.NullMarked;
