package io.fairlead.raft.runtime;

/** Stops the group: one of its stages cannot go on. <b>Threads:</b> any; does not block. */
interface FailureHandler {
    /** Something happened after which this member's group must not go on; {@code what} is one clause. */
    void failed(String what, Throwable cause);
}
