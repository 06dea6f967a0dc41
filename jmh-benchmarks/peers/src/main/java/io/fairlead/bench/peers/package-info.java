/**
 * What the peers have in common.
 *
 * <p>Objects here belong to the thread that made them.
 */
@NullMarked
package io.fairlead.bench.peers;

import org.jspecify.annotations.NullMarked;
