/**
 * What an embedder may provide: the state machine, the transport, the stores, and the four seams (time, network, disk,
 * scheduling) through which everything with an effect enters.
 */
@NullMarked
package io.fairlead.raft.spi;

import org.jspecify.annotations.NullMarked;
