/// Keeps what stations and plants have to hear on disk until the broker has it.
@NullMarked
package io.retort.gateway.outbox;

import org.jspecify.annotations.NullMarked;
