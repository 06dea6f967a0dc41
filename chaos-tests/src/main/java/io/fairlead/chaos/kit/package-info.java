/**
 * The test kit: put your own {@link io.fairlead.raft.spi.StateMachine} under the simulator from a JUnit test. See {@link
 * io.fairlead.chaos.kit.RaftSimulation}.
 */
@NullMarked
package io.fairlead.chaos.kit;

import org.jspecify.annotations.NullMarked;
