package io.fairlead.chaos.invariant;

import io.fairlead.raft.core.Server;
import org.jspecify.annotations.Nullable;

/** A simulated member as the invariants see it. */
public interface MemberView {
    /** The member's id. */
    long id();

    /** Counts the member's lives, from 1; a crash and restart begins another. */
    int life();

    /** The running core; null while the member is down. */
    @Nullable Server server();

    /** What would survive if the member died now, at least. */
    DurableImage durable();
}
