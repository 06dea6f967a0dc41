package io.fairlead.raft.runtime;

import io.fairlead.raft.spi.Clock;

/** The machine's clocks. <b>Threads:</b> any. */
public final class SystemClock implements Clock {
    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }
}
