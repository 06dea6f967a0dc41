/**
 * Whole clusters of real members ({@link io.fairlead.raft.RaftNode} with its runtime, log and consensus core) on
 * simulated surroundings. Everything runs on the one thread that runs the simulation.
 */
@NullMarked
package io.fairlead.chaos.cluster;

import org.jspecify.annotations.NullMarked;
