package io.fairlead.bench.load;

/** One connection to a server, over which many calls may be under way. <b>Threads:</b> its event loop only. */
public interface Session {
    /** Sends a request, at the next {@link #flush} at the latest. The call may end before this returns. */
    void issue(Operation operation, long key, Call call);

    /** Gives the kernel what was issued. Answers that are handled in one go are flushed together without it. */
    void flush();

    /** Closes the connection; calls under way end with an error. Any thread may call. */
    void close();
}
