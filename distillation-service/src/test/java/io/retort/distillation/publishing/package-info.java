/// Tests against a registry on a real socket.
@NullMarked
package io.retort.distillation.publishing;

import org.jspecify.annotations.NullMarked;
