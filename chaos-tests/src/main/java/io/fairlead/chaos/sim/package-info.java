/**
 * The simulated surroundings of a member: time, network, disk and scheduling from one seed, behind the four seams of
 * {@link io.fairlead.raft.spi}. Everything here runs on the one thread that runs the simulation.
 */
@NullMarked
package io.fairlead.chaos.sim;

import org.jspecify.annotations.NullMarked;
