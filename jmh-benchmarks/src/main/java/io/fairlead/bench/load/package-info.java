/**
 * The load generator: what to ask, when to ask it, and what became of it.
 *
 * <p>A driver, its sessions and its recorder belong to one event loop; {@link io.fairlead.bench.load.LoadRun} is the only
 * class that several threads see.
 */
@NullMarked
package io.fairlead.bench.load;

import org.jspecify.annotations.NullMarked;
