/**
 * What judging a history costs.
 *
 * <p>Threads are those of the benchmark.
 */
@NullMarked
package io.fairlead.bench.check;

import org.jspecify.annotations.NullMarked;
