package io.fairlead.chaos.sim;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The content of a file, as written and as it is on the platter. */
final class SimFile {
    private static final int SECTOR = 512;

    private final Content written = new Content();
    private final Content durable = new Content();
    private final List<Change> pending = new ArrayList<>();

    /** A write at {@code position}, or a cut to that length if there are no bytes. */
    private static final class Change {
        final int position;
        final byte @Nullable [] bytes;

        Change(long position, byte @Nullable [] bytes) {
            this.position = Math.toIntExact(position);
            this.bytes = bytes;
        }
    }

    private static final class Content {
        byte[] bytes = new byte[0];
        int size;

        void apply(Change change) {
            byte[] data = change.bytes;
            int position = change.position;
            if (data == null) {
                resize(position);
            } else {
                put(position, data, 0, data.length);
            }
        }

        void put(int position, byte[] data, int from, int length) {
            if (position + length > size) {
                resize(position + length);
            }
            System.arraycopy(data, from, bytes, position, length);
        }

        void resize(int newSize) {
            if (newSize > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(newSize, bytes.length * 2));
            }
            if (newSize < size) {
                Arrays.fill(bytes, newSize, size, (byte) 0);
            }
            size = newSize;
        }

        void copyFrom(Content other) {
            bytes = Arrays.copyOf(other.bytes, other.size);
            size = other.size;
        }
    }

    long size() {
        return written.size;
    }

    int read(ByteBuffer target, long position) {
        if (position >= written.size) {
            return -1;
        }
        int length = (int) Math.min(target.remaining(), written.size - position);
        target.put(written.bytes, (int) position, length);
        return length;
    }

    void write(byte[] bytes, long position) {
        change(new Change(position, bytes));
    }

    void truncate(long size) {
        change(new Change(size, null));
    }

    private void change(Change change) {
        written.apply(change);
        pending.add(change);
    }

    void sync() {
        pending.forEach(durable::apply);
        pending.clear();
    }

    /** The pages count as clean although they never got there: a second sync succeeds and saves nothing. */
    void syncFailed() {
        pending.clear();
    }

    /** Up to where there is something else than zeros. */
    int writtenBytes() {
        int end = written.size;
        while (end > 0 && written.bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    void flipBit(long position, int bit) {
        int at = (int) position;
        if (at < durable.size) {
            durable.bytes[at] ^= (byte) (1 << bit);
        }
        if (at < written.size) {
            written.bytes[at] ^= (byte) (1 << bit);
        }
    }

    /** What is left of the changes since the last sync: all, none, some, or a torn one behind whole ones. */
    void crash(Randomness random) {
        long mode = pending.isEmpty() ? 0 : random.below(4);
        if (mode == 1) {
            pending.forEach(durable::apply);
        } else if (mode == 2) {
            for (Change change : pending) {
                if (random.chance(0.5)) {
                    durable.apply(change);
                }
            }
        } else if (mode == 3) {
            int whole = (int) random.below(pending.size());
            pending.subList(0, whole).forEach(durable::apply);
            tear(pending.get(whole), random);
        }
        pending.clear();
        written.copyFrom(durable);
    }

    /** Every sector is old, new, zero or garbage. */
    private void tear(Change change, Randomness random) {
        byte[] data = change.bytes;
        if (data == null) {
            return;
        }
        int from = 0;
        int position = change.position;
        while (from < data.length) {
            int length = Math.min(data.length - from, SECTOR - (position + from) % SECTOR);
            long fate = random.below(5);
            if (fate <= 1) {
                durable.put(position + from, data, from, length);
            } else if (fate == 2) {
                durable.put(position + from, new byte[length], 0, length);
            } else if (fate == 3) {
                byte[] garbage = new byte[length];
                for (int i = 0; i < length; i++) {
                    garbage[i] = (byte) random.next();
                }
                durable.put(position + from, garbage, 0, length);
            }
            from += length;
        }
    }
}
