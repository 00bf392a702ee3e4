/// What a request can be refused for, and the RFC 9457 answer that says so.
@NullMarked
package io.retort.registry.problems;

import org.jspecify.annotations.NullMarked;
