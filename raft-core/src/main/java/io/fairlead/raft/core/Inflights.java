package io.fairlead.raft.core;

/** The AppendEntries under way to one follower: their last indexes and sizes, oldest first (rules P2 to P4). */
final class Inflights {
    private final long[] lastIndexes;
    private final int[] sizes;
    private final long maxBytes;
    private int head;
    private int count;
    private long bytes;

    Inflights(int maxMessages, long maxBytes) {
        this.lastIndexes = new long[maxMessages];
        this.sizes = new int[maxMessages];
        this.maxBytes = maxBytes;
    }

    /** Tells if nothing more may be sent now; the last message may overshoot the byte limit. */
    boolean isFull() {
        return count == lastIndexes.length || bytes >= maxBytes;
    }

    void add(long lastIndex, int size) {
        int slot = (head + count) % lastIndexes.length;
        lastIndexes[slot] = lastIndex;
        sizes[slot] = size;
        count++;
        bytes += size;
    }

    /** Everything up to {@code index} has arrived. */
    void freeTo(long index) {
        while (count > 0 && lastIndexes[head] <= index) {
            bytes -= sizes[head];
            head = (head + 1) % lastIndexes.length;
            count--;
        }
    }

    void clear() {
        head = 0;
        count = 0;
        bytes = 0;
    }

    int count() {
        return count;
    }
}
