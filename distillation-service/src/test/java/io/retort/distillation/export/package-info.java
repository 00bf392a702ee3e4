/// Tests of the export.
@NullMarked
package io.retort.distillation.export;

import org.jspecify.annotations.NullMarked;
