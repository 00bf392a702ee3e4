/// Starts the services in one JVM, with a broker of their own, and watches what they say there.
@NullMarked
package io.retort.fleet.running;

import org.jspecify.annotations.NullMarked;
