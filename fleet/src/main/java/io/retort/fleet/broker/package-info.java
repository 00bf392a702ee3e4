/// A Kafka broker inside this JVM, for machines that have none.
@NullMarked
package io.retort.fleet.broker;

import org.jspecify.annotations.NullMarked;
