package io.fairlead.chaos.kit;

import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Five accounts with a hundred each, and transfers between them. */
class Bank implements StateMachine<Boolean> {
    static final int ACCOUNTS = 5;

    final long[] balances = {100, 100, 100, 100, 100};

    static ByteBuffer transfer(long from, long to, long amount) {
        return ByteBuffer.allocate(24).putLong(from).putLong(to).putLong(amount).flip();
    }

    /** Tells if there was enough to transfer. */
    @Override
    public Boolean apply(Command command) {
        ByteBuffer payload = command.payload().duplicate();
        int from = (int) payload.getLong();
        int to = (int) payload.getLong();
        long amount = payload.getLong();
        if (balances[from] < amount) {
            return false;
        }
        balances[from] -= amount;
        balances[to] += amount;
        return true;
    }

    long total() {
        long total = 0;
        for (long balance : balances) {
            total += balance;
        }
        return total;
    }

    /** A copy, so that it does not change any more. */
    List<Long> accounts() {
        List<Long> accounts = new ArrayList<>();
        for (long balance : balances) {
            accounts.add(balance);
        }
        return List.copyOf(accounts);
    }

    @Override
    public Snapshot snapshot() {
        List<Long> frozen = accounts();
        return new Snapshot() {
            @Override
            public void writeTo(OutputStream out) throws IOException {
                DataOutputStream data = new DataOutputStream(out);
                for (long balance : frozen) {
                    data.writeLong(balance);
                }
                data.flush();
            }
        };
    }

    @Override
    public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
        DataInputStream data = new DataInputStream(snapshot);
        for (int i = 0; i < ACCOUNTS; i++) {
            balances[i] = data.readLong();
        }
    }
}
