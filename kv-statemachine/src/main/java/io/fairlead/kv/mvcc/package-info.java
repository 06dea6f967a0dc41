/**
 * The versioned key space: one write batch per apply batch, ranges at a revision, compaction. Internal.
 *
 * <p>Writing belongs to the applier.
 */
@NullMarked
package io.fairlead.kv.mvcc;

import org.jspecify.annotations.NullMarked;
