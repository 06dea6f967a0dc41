/**
 * The deterministic protocol: inputs in, effects out; no clock, thread, I/O, logger or randomness of its own.
 * Not exported.
 *
 * <p>Everything here belongs to the one raft loop that calls it.
 */
@NullMarked
package io.fairlead.raft.core;

import org.jspecify.annotations.NullMarked;
