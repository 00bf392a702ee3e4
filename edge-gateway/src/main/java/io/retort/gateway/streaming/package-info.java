/// Reads bodies of many items while they still come in, and answers each as soon as it is decided.
@NullMarked
package io.retort.gateway.streaming;

import org.jspecify.annotations.NullMarked;
