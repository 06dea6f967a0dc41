package io.fairlead.raft.runtime;

import io.fairlead.raft.RaftListener;
import java.util.function.Consumer;

/** Everybody who listens to a group. <b>Threads:</b> any; listeners say on which they are called. */
@FunctionalInterface
interface Listeners {
    /** Tells all of them something; one that fails does not keep the others from hearing it. */
    void tell(Consumer<RaftListener> event);
}
