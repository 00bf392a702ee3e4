/// Starts the services in one JVM, with a broker of their own.
@NullMarked
package io.retort.fleet.running;

import org.jspecify.annotations.NullMarked;
