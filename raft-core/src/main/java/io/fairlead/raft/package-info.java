/**
 * Raft for the JVM, as an embedder sees it: {@link io.fairlead.raft.RaftNode} is a process's part in any number of
 * groups, {@link io.fairlead.raft.RaftGroup} is one replicated state machine.
 */
@NullMarked
package io.fairlead.raft;

import org.jspecify.annotations.NullMarked;
