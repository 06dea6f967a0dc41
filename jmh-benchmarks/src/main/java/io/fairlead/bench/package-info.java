/**
 * Benchmarks, each of which answers a written question, and the load generator.
 *
 * <p>Benchmarks run on JMH's threads.
 */
@NullMarked
package io.fairlead.bench;

import org.jspecify.annotations.NullMarked;
