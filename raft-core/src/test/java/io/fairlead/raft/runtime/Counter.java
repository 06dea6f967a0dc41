package io.fairlead.raft.runtime;

import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Adds up what it is told, and remembers how often. */
final class Counter implements StateMachine<Long> {
    volatile long sum;
    volatile long count;
    volatile boolean fail;
    /** What it says of itself. */
    boolean neverWaits;
    /** Bytes of ballast in each snapshot, to make it travel in several chunks. */
    int ballast;
    /** Lets a snapshot wait in the middle of being written until it is opened. */
    volatile CountDownLatch gate = new CountDownLatch(0);
    /** How many snapshots have begun to be written. */
    final AtomicInteger snapshotsBegun = new AtomicInteger();

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
    public boolean neverWaits() {
        return neverWaits;
    }

    @Override
    public Snapshot snapshot() {
        long frozenSum = sum;
        long frozenCount = count;
        int bytes = ballast;
        return out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeLong(frozenSum);
            snapshotsBegun.incrementAndGet();
            awaitOpen();
            data.writeLong(frozenCount);
            data.write(new byte[bytes]);
            data.flush();
        };
    }

    private void awaitOpen() throws IOException {
        try {
            if (!gate.await(60, TimeUnit.SECONDS)) {
                throw new IOException("nobody has opened the gate");
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    @Override
    public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
        DataInputStream data = new DataInputStream(snapshot);
        sum = data.readLong();
        count = data.readLong();
        data.readAllBytes();
    }
}
