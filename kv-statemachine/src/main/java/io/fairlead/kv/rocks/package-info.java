/**
 * Column families, their encoding, and checkpoints as snapshots. Internal.
 *
 * <p>Writing belongs to the applier; checkpoints and flushes to the background pool.
 */
@NullMarked
package io.fairlead.kv.rocks;

import org.jspecify.annotations.NullMarked;
