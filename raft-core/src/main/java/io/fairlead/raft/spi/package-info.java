/**
 * What an embedder may provide: the state machine, the transport, the stores and the four seams (time, network,
 * disk, scheduling).
 *
 * <p>Each interface states which thread calls it.
 */
@NullMarked
package io.fairlead.raft.spi;

import org.jspecify.annotations.NullMarked;
