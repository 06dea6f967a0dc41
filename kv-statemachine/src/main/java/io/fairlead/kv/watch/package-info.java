/**
 * Watchers: recent events in memory, history from RocksDB, one cursor each. Internal.
 *
 * <p>Events are published by the applier and read by any thread.
 */
@NullMarked
package io.fairlead.kv.watch;

import org.jspecify.annotations.NullMarked;
