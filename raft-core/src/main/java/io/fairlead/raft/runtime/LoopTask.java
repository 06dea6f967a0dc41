package io.fairlead.raft.runtime;

/** Something that happened, to be told to the core. <b>Threads:</b> runs on the loop, as part of a step. */
interface LoopTask {
    /** Tells it. */
    void run(long now);
}
