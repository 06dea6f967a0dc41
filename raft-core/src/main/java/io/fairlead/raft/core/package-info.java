/**
 * The deterministic protocol: inputs in, effects out, nothing else. Time, randomness and durability arrive as
 * arguments. All objects belong to the thread that owns the group.
 */
@NullMarked
package io.fairlead.raft.core;

import org.jspecify.annotations.NullMarked;
