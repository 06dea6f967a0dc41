package io.fairlead.raft.session;

import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Adds up what it is told and answers the sum, so that anything done twice shows. */
class Ledger implements StateMachine<Long> {
    long sum;
    int executed;

    static ByteBuffer add(long amount) {
        return ByteBuffer.allocate(8).putLong(0, amount);
    }

    @Override
    public Long apply(Command command) {
        executed++;
        sum += command.payload().getLong();
        return sum;
    }

    @Override
    public Snapshot snapshot() {
        long frozen = sum;
        return out -> new DataOutputStream(out).writeLong(frozen);
    }

    @Override
    public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
        sum = new DataInputStream(snapshot).readLong();
    }
}
