package io.fairlead.bench.embedded.fairlead;

import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** Counts commands. <b>Threads:</b> the applier's; {@link #count} may be read by any. */
final class Counter implements StateMachine<Boolean> {
    private volatile long count;

    long count() {
        return count;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
    public Boolean apply(Command command) {
        count++;
        return Boolean.TRUE;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
    public void applyAll(List<Command> commands, Results<Boolean> results) {
        for (int i = 0; i < commands.size(); i++) {
            results.complete(i, Boolean.TRUE);
        }
        count += commands.size();
    }

    @Override
    public boolean neverWaits() {
        return true;
    }

    @Override
    public Snapshot snapshot() {
        long frozen = count;
        return new Snapshot() {
            @Override
            public void writeTo(OutputStream out) throws IOException {
                DataOutputStream data = new DataOutputStream(out);
                data.writeLong(frozen);
                data.flush();
            }
        };
    }

    @Override
    public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
        count = new DataInputStream(snapshot).readLong();
    }
}
