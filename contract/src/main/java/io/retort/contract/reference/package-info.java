/// What a release answered before it was rolled out, for gateways to compare with.
@NullMarked
package io.retort.contract.reference;

import org.jspecify.annotations.NullMarked;
