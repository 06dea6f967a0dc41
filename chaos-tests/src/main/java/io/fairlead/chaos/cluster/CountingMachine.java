package io.fairlead.chaos.cluster;

import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Counts commands, and answers each with its index. */
final class CountingMachine implements StateMachine<Long> {
    private long count;

    @Override
    public Long apply(Command command) {
        count++;
        return command.index();
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
