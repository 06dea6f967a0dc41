package io.fairlead.chaos.kv;

import io.fairlead.raft.spi.StateMachine.Snapshot;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Lets a real snapshot travel through the simulated cluster as a ticket with some ballast, which grows with the store: the
 * real one's size differs from run to run, as what RocksDB writes into its files does, and two runs must be alike.
 *
 * <p><b>Threads:</b> one.
 */
final class Tickets {
    private static final int MAX_BALLAST = 4_000;

    private final Path directory;
    private long issued;

    /** Keeps the real snapshots in a directory. */
    Tickets(Path directory) {
        this.directory = directory;
    }

    /** A snapshot that writes a ticket for the real one. */
    Snapshot snapshot(Snapshot real, long size) {
        return new Snapshot() {
            @Override
            public void writeTo(OutputStream out) throws IOException {
                long ticket = ++issued;
                try (OutputStream file = Files.newOutputStream(file(ticket))) {
                    real.writeTo(file);
                }
                DataOutputStream data = new DataOutputStream(out);
                data.writeLong(ticket);
                data.write(new byte[(int) Math.min(MAX_BALLAST, size)]);
                data.flush();
            }

            @Override
            public void close() {
                real.close();
            }
        };
    }

    /** The real snapshot of a ticket. Where the ticket and its ballast cannot be read, neither can the real one. */
    InputStream redeem(InputStream ticket) throws IOException {
        Path file = file(new DataInputStream(ticket).readLong());
        long length = Files.size(file);
        InputStream real = new BufferedInputStream(Files.newInputStream(file));
        return new InputStream() {
            private long handedOut;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] target, int offset, int size) throws IOException {
                int count = real.read(target, offset, size);
                handedOut += Math.max(0, count);
                if (handedOut > length / 2) {
                    ticket.readAllBytes();
                }
                return count;
            }

            @Override
            public void close() throws IOException {
                real.close();
            }
        };
    }

    private Path file(long ticket) {
        return directory.resolve("snapshot-" + ticket);
    }
}
