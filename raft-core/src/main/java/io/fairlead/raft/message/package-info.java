/**
 * The remote procedure calls of Raft as sealed, immutable records.
 *
 * <p>Immutable, so they may cross threads.
 */
@NullMarked
package io.fairlead.raft.message;

import org.jspecify.annotations.NullMarked;
