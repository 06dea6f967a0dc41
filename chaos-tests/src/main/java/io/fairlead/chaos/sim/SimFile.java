package io.fairlead.chaos.sim;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The content of a file, as written and as it is on the platter. */
final class SimFile {
    private static final int SECTOR = 512;
    private static final byte[] ZEROS = new byte[4096];

    private final Content written = new Content();
    private final Content durable = new Content();
    private final List<Change> pending = new ArrayList<>();

    /** A write of that many bytes at {@code position}, zeros if there are none; or a cut to that length. */
    private static final class Change {
        final int position;
        final int length;
        final byte @Nullable [] bytes;
        final boolean cuts;

        Change(long position, int length, byte @Nullable [] bytes, boolean cuts) {
            this.position = Math.toIntExact(position);
            this.length = length;
            this.bytes = bytes;
            this.cuts = cuts;
        }
    }

    /** What is behind {@code bytes}, up to {@code size}, is zero: most of a file is space that nobody has used yet. */
    private static final class Content {
        byte[] bytes = new byte[0];
        int size;

        void apply(Change change) {
            if (change.cuts) {
                cut(change.position);
            } else {
                put(change, 0, change.length);
            }
        }

        /** Applies a part of a write. */
        void put(Change change, int from, int length) {
            if (change.bytes == null) {
                putZeros(change.position + from, length);
            } else {
                put(change.position + from, change.bytes, from, length);
            }
        }

        void put(int position, byte[] data, int from, int length) {
            int end = position + length;
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
            }
            System.arraycopy(data, from, bytes, position, length);
            size = Math.max(size, end);
        }

        void putZeros(int position, int length) {
            int end = position + length;
            Arrays.fill(bytes, Math.min(position, bytes.length), Math.min(end, bytes.length), (byte) 0);
            size = Math.max(size, end);
        }

        void cut(int newSize) {
            if (newSize < size) {
                putZeros(newSize, size - newSize);
            }
            size = newSize;
        }

        void read(ByteBuffer target, int position, int length) {
            int stored = Math.max(0, Math.min(length, bytes.length - position));
            if (stored > 0) {
                target.put(bytes, position, stored);
            }
            for (int left = length - stored; left > 0; left -= ZEROS.length) {
                target.put(ZEROS, 0, Math.min(left, ZEROS.length));
            }
        }

        void flipBit(int at, int bit) {
            if (at < size) {
                int before = at < bytes.length ? bytes[at] : 0;
                put(at, new byte[] {(byte) (before ^ (1 << bit))}, 0, 1);
            }
        }

        void copyFrom(Content other) {
            bytes = Arrays.copyOf(other.bytes, Math.min(other.bytes.length, other.size));
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
        written.read(target, (int) position, length);
        return length;
    }

    /** Takes what {@code source} has left. */
    void write(ByteBuffer source, long position) {
        int length = source.remaining();
        byte[] bytes = null;
        if (isZero(source)) {
            source.position(source.limit());
        } else {
            bytes = new byte[length];
            source.get(bytes);
        }
        change(new Change(position, length, bytes, false));
    }

    private static boolean isZero(ByteBuffer source) {
        ByteBuffer zeros = ByteBuffer.wrap(ZEROS);
        for (int at = source.position(); at < source.limit(); at += ZEROS.length) {
            int length = Math.min(ZEROS.length, source.limit() - at);
            if (source.get(at) != 0
                    || source.slice(at, length).mismatch(zeros.clear().limit(length)) >= 0) {
                return false;
            }
        }
        return true;
    }

    void truncate(long size) {
        change(new Change(size, 0, null, true));
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
        int end = Math.min(written.size, written.bytes.length);
        while (end > 0 && written.bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    void flipBit(long position, int bit) {
        durable.flipBit((int) position, bit);
        written.flipBit((int) position, bit);
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
        if (change.cuts) {
            return;
        }
        int from = 0;
        int position = change.position;
        while (from < change.length) {
            int length = Math.min(change.length - from, SECTOR - (position + from) % SECTOR);
            long fate = random.below(5);
            if (fate <= 1) {
                durable.put(change, from, length);
            } else if (fate == 2) {
                durable.putZeros(position + from, length);
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
