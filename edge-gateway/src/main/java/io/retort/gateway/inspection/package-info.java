/// Assesses what a drone sees on its way, answers frame by frame, and reports where it has been.
@NullMarked
package io.retort.gateway.inspection;

import org.jspecify.annotations.NullMarked;
