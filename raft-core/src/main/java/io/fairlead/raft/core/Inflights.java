package io.fairlead.raft.core;

/**
 * The AppendEntries under way to one follower: their last indexes and sizes, oldest first (rules P2 to P4).
 *
 * <p>How many may be under way adapts itself. Answers that take much longer than the quickest ones say that messages
 * queue up somewhere, so fewer and fuller ones do as well; a window that fills up although answers are quick is too
 * small for the way to the follower. So a slow disk gets large batches, and a long line is kept full.
 */
final class Inflights {
    /** Fewer would leave a follower idle while its answer is on its way. */
    static final int SMALLEST_WINDOW = 4;
    /** Answers that take longer than so many of the quickest ones have waited in a queue. */
    private static final int QUEUED = 3;
    /** With each answer the quickest one is forgotten by this part, so that a way that becomes longer is learnt. */
    private static final int FORGETTING = 128;

    private final long[] lastIndexes;
    private final int[] sizes;
    private final long[] sentAtNanos;
    private final long maxBytes;
    private int head;
    private int count;
    private long bytes;
    private int window;
    private boolean wasFull;
    private long quickestNanos = Long.MAX_VALUE / QUEUED;
    private long calmUntilIndex;

    Inflights(int maxMessages, long maxBytes) {
        this.lastIndexes = new long[maxMessages];
        this.sizes = new int[maxMessages];
        this.sentAtNanos = new long[maxMessages];
        this.maxBytes = maxBytes;
        this.window = Math.min(2 * SMALLEST_WINDOW, maxMessages);
    }

    /** Tells if nothing more may be sent now; the last message may overshoot the byte limit. */
    boolean isFull() {
        return count >= window || bytes >= maxBytes;
    }

    void add(long lastIndex, int size, long now) {
        int slot = (head + count) % lastIndexes.length;
        lastIndexes[slot] = lastIndex;
        sizes[slot] = size;
        sentAtNanos[slot] = now;
        count++;
        bytes += size;
        wasFull |= count == window;
    }

    /** Everything up to {@code index} has arrived. */
    void freeTo(long index, long now) {
        long tookNanos = -1;
        while (count > 0 && lastIndexes[head] <= index) {
            tookNanos = now - sentAtNanos[head];
            bytes -= sizes[head];
            head = (head + 1) % lastIndexes.length;
            count--;
        }
        if (tookNanos >= 0) {
            adapt(tookNanos, index);
        }
    }

    private void adapt(long tookNanos, long index) {
        quickestNanos = Math.min(quickestNanos + quickestNanos / FORGETTING, Math.max(1, tookNanos));
        if (tookNanos > QUEUED * quickestNanos) {
            if (index > calmUntilIndex) { // Once for all that is under way: the others have waited in the same queue.
                window = Math.max(Math.min(SMALLEST_WINDOW, lastIndexes.length), window / 2);
                calmUntilIndex = count == 0 ? index : lastIndexes[(head + count - 1) % lastIndexes.length];
            }
        } else if (wasFull && window < lastIndexes.length) {
            window++;
        }
        wasFull = count >= window;
    }

    void clear() {
        head = 0;
        count = 0;
        bytes = 0;
        wasFull = false;
        calmUntilIndex = 0;
    }

    int count() {
        return count;
    }

    long bytes() {
        return bytes;
    }

    /** How many messages may be under way at present. */
    int window() {
        return window;
    }
}
