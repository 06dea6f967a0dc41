/**
 * What the core costs by itself: no threads, no disk, no network.
 *
 * <p>Threads are those of the benchmark.
 */
@NullMarked
package io.fairlead.bench.core;

import org.jspecify.annotations.NullMarked;
