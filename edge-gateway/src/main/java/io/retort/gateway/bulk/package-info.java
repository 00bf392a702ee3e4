/// Assesses many items in one request, each with its own answer or its own error.
@NullMarked
package io.retort.gateway.bulk;

import org.jspecify.annotations.NullMarked;
