/**
 * Fairlead under the embedded benchmark.
 *
 * <p>Threads are those of the nodes.
 */
@NullMarked
package io.fairlead.bench.embedded.fairlead;

import org.jspecify.annotations.NullMarked;
