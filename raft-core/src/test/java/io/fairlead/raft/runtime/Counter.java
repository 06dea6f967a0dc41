package io.fairlead.raft.runtime;

import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Adds up what it is told, and remembers how often. */
final class Counter implements StateMachine<Long> {
    volatile long sum;
    volatile long count;
    volatile boolean fail;
    /** Bytes of ballast in each snapshot, to make it travel in several chunks. */
    int ballast;

    @Override
    public Long apply(Command command) {
        if (fail) {
            throw new IllegalStateException("asked to fail");
        }
        long added = command.payload().getLong();
        long newSum = sum + added; // Only the applier writes; others only look.
        long newCount = count + 1;
        sum = newSum;
        count = newCount;
        return newSum;
    }

    @Override
    public Snapshot snapshot() {
        long frozenSum = sum;
        long frozenCount = count;
        int bytes = ballast;
        return out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeLong(frozenSum);
            data.writeLong(frozenCount);
            data.write(new byte[bytes]);
            data.flush();
        };
    }

    @Override
    public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
        DataInputStream data = new DataInputStream(snapshot);
        sum = data.readLong();
        count = data.readLong();
        data.readAllBytes();
    }
}
