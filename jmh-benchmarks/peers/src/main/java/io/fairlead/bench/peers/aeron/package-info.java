/**
 * Aeron Cluster under the embedded benchmark.
 *
 * <p>Threads are those of the library.
 */
@NullMarked
package io.fairlead.bench.peers.aeron;

import org.jspecify.annotations.NullMarked;
