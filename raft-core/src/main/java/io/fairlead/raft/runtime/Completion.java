package io.fairlead.raft.runtime;

import org.jspecify.annotations.Nullable;

/** Told when something is over. <b>Threads:</b> called on the worker that did it. */
interface Completion {
    /** It is over; {@code error} is null if it went well. */
    void completed(@Nullable Throwable error);
}
