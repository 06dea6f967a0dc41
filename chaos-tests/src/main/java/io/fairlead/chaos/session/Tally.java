package io.fairlead.chaos.session;

import io.fairlead.chaos.sim.Randomness;
import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Counts commands and answers how many there were, so that no two executions have the same answer. A command is a serial
 * number.
 */
class Tally implements StateMachine<Long> {
    private final long member;
    private final SessionJudge judge;
    private long count;
    private long digest;

    Tally(long member, SessionJudge judge) {
        this.member = member;
        this.judge = judge;
    }

    static ByteBuffer command(long serial) {
        return ByteBuffer.allocate(8).putLong(0, serial);
    }

    @Override
    public Long apply(Command command) {
        long serial = command.payload().getLong();
        count++;
        digest = Randomness.splitMix(digest ^ serial);
        judge.executed(member, serial, command.index(), count);
        return count;
    }

    @Override
    public Snapshot snapshot() {
        long frozenCount = count;
        long frozenDigest = digest;
        return out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeLong(frozenCount);
            data.writeLong(frozenDigest);
        };
    }

    @Override
    public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
        DataInputStream data = new DataInputStream(snapshot);
        set(data.readLong(), data.readLong());
    }

    final void set(long newCount, long newDigest) {
        count = newCount;
        digest = newDigest;
    }

    final long count() {
        return count;
    }

    final long digest() {
        return digest;
    }
}
