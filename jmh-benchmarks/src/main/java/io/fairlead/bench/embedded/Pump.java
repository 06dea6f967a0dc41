package io.fairlead.bench.embedded;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a number of proposals under way: whoever completes one makes the next. Records how long each took.
 *
 * <p><b>Threads:</b> slots run on the threads of the library; each slot is on one thread at a time.
 */
final class Pump {
    private final EmbeddedGroup group;
    private final Executor later;
    private final long total;
    private final long firstMeasured;
    private final long[] latencies;
    private final AtomicLong tickets = new AtomicLong();
    private final AtomicLong completed = new AtomicLong();
    private final AtomicLong recorded = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final CountDownLatch slotsLeft;
    private final Slot[] slots;
    private volatile @Nullable Throwable lastFailure;

    /** @param later runs what must not be tried again at once: a group without a leader fails faster than it recovers */
    Pump(EmbeddedGroup group, Depth depth, int commandBytes, Executor later) {
        this.group = group;
        this.later = later;
        this.firstMeasured = depth.warmUp();
        this.total = depth.warmUp() + depth.measured();
        this.latencies = new long[Math.toIntExact(depth.measured())];
        this.slots = new Slot[(int) Math.min(depth.inFlight(), total)];
        this.slotsLeft = new CountDownLatch(slots.length);
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new Slot(new byte[commandBytes]);
        }
    }

    private final class Slot implements EmbeddedGroup.Done {
        private final byte[] command;
        private long ticket;
        private long startNanos;

        Slot(byte[] command) {
            this.command = command;
        }

        void next() {
            ticket = tickets.getAndIncrement();
            if (ticket >= total) {
                slotsLeft.countDown();
                return;
            }
            startNanos = System.nanoTime();
            group.propose(command, this);
        }

        @Override
        public void applied() {
            long now = System.nanoTime();
            if (ticket >= firstMeasured) {
                latencies[(int) recorded.getAndIncrement()] = now - startNanos;
            }
            completed.incrementAndGet();
            next();
        }

        @Override
        public void failed(Throwable cause) {
            lastFailure = cause;
            failures.incrementAndGet();
            completed.incrementAndGet();
            later.execute(this::next);
        }
    }

    void start() {
        for (Slot slot : slots) {
            slot.next();
        }
    }

    long completed() {
        return completed.get();
    }

    long failures() {
        return failures.get();
    }

    @Nullable Throwable lastFailure() {
        return lastFailure;
    }

    void await() throws InterruptedException {
        slotsLeft.await();
    }

    /** The latencies of what was measured, ascending, in nanoseconds. Only after {@link #await}. */
    long[] sortedLatencies() {
        long[] sorted = Arrays.copyOf(latencies, (int) recorded.get());
        Arrays.sort(sorted);
        return sorted;
    }

    /** The value below which the given part of {@code sorted} lies; 0 if there is none. */
    static long percentile(long[] sorted, double percent) {
        if (sorted.length == 0) {
            return 0;
        }
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[Math.max(0, Math.min(sorted.length - 1, rank - 1))];
    }
}
