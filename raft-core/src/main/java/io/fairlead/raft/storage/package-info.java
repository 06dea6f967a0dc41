/**
 * The default stores: the segmented write-ahead log, the hard state and the snapshot directory. Not exported.
 *
 * <p>Files belong to the log writer, unless a class says otherwise.
 */
@NullMarked
package io.fairlead.raft.storage;

import org.jspecify.annotations.NullMarked;
