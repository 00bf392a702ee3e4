/// Pictures of figures, as SVG.
@NullMarked
package io.retort.distillation.chart;

import org.jspecify.annotations.NullMarked;
