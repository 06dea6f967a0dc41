package io.fairlead.raft.runtime;

import io.fairlead.raft.spi.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A queue in front of a worker: whoever has work offers it, the worker takes everything that has queued since its last
 * turn and handles it as one batch. Batching is never timed; it is what piled up while the stage was busy.
 *
 * <p>The queue is a stack that callers swap their item onto and the worker takes off whole: one atomic operation an
 * item, and no allocation for what is {@link Queued} itself.
 *
 * <p><b>Threads:</b> any may offer; batches are handled on the worker, one at a time (or, where a caller wants it so, on
 * another: {@link #scheduleOn}). A stage that is scheduled or
 * running is not scheduled again, so a busy stage costs its callers no wake-up.
 *
 * <p><b>Memory:</b> bounded by what its callers may have under way; each documents its bound.
 */
final class Stage<T> {
    /** More than this at once would delay timers and the other groups of the worker. */
    private static final int MAX_BATCH = 4096;

    private final Worker worker;
    private final Consumer<List<T>> handler;
    private final AtomicReference<@Nullable Queued> newest = new AtomicReference<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final List<T> batch = new ArrayList<>();
    private final Runnable turn = this::turn;
    /** What was taken off the stack and is not handled yet, the oldest first. */
    private @Nullable Queued taken;

    /** An item with a place for its neighbour in the queue. It may be in one queue at a time. */
    abstract static class Queued {
        private @Nullable Queued next;
    }

    private static final class Box extends Queued {
        private final Object item;

        Box(Object item) {
            this.item = item;
        }
    }

    /** A stage on {@code worker}; the list given to {@code handler} is reused for the next batch. */
    Stage(Worker worker, Consumer<List<T>> handler) {
        this.worker = worker;
        this.handler = handler;
    }

    /** Queues {@code item} and makes sure that it will be handled. */
    void offer(T item) {
        leave(item);
        schedule();
    }

    /** Queues {@code item} for the next turn, whenever somebody else brings that about. */
    void leave(T item) {
        Queued queued = item instanceof Queued itself ? itself : new Box(item);
        Queued below;
        do {
            below = newest.getPlain();
            queued.next = below;
        } while (!newest.weakCompareAndSetVolatile(below, queued));
    }

    /** Makes sure that there is a turn for what has queued. */
    void schedule() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            worker.execute(turn);
        }
    }

    /**
     * Makes sure that there is a turn for what has queued, and lets it take place elsewhere, this once. One turn at a time
     * all the same, each of which sees what those before it did.
     *
     * @param other a worker other than the stage's own
     * @param behind what to do there after the turn
     * @return false if a turn was due anyway, on whichever worker
     */
    boolean scheduleOn(Worker other, Runnable behind) {
        if (scheduled.get() || !scheduled.compareAndSet(false, true)) {
            return false;
        }
        other.execute(() -> {
            try {
                turn();
            } finally {
                behind.run();
            }
        });
        return true;
    }

    private void turn() {
        try {
            handle(false);
        } finally {
            boolean some = taken != null; // Looked at while the turn is still this worker's.
            scheduled.set(false);
            goOn(some);
        }
    }

    /** Has what has queued handled at once, even if that is nothing. Called on the worker, not by the handler. */
    void runNow() {
        try {
            handle(true);
        } finally {
            goOn(taken != null);
        }
    }

    private void handle(boolean evenNothing) {
        try {
            take();
            if (evenNothing || !batch.isEmpty()) {
                handler.accept(batch);
            }
        } finally {
            batch.clear();
        }
    }

    private void goOn(boolean someLeft) {
        if (someLeft || newest.get() != null) {
            schedule();
        }
    }

    @SuppressWarnings("unchecked") // Only items of this type are offered.
    private void take() {
        Queued next = taken != null ? taken : oldestFirst(newest.getAndSet(null));
        while (next != null && batch.size() < MAX_BATCH) {
            Queued queued = next;
            next = queued.next;
            queued.next = null;
            batch.add((T) (queued instanceof Box box ? box.item : queued));
        }
        taken = next;
    }

    private static @Nullable Queued oldestFirst(@Nullable Queued stack) {
        Queued reversed = null;
        Queued rest = stack;
        while (rest != null) {
            Queued next = rest.next;
            rest.next = reversed;
            reversed = rest;
            rest = next;
        }
        return reversed;
    }
}
