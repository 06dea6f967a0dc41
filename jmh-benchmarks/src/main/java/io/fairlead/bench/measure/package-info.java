/**
 * Measures processes and disks from outside: CPU time and memory from {@code /proc}, how fast a disk syncs.
 *
 * <p>Objects here belong to the thread that made them.
 */
@NullMarked
package io.fairlead.bench.measure;

import org.jspecify.annotations.NullMarked;
