/// How urgently a machine needs its mechanic, and why.
@NullMarked
package io.retort.contract.maintenance;

import org.jspecify.annotations.NullMarked;
