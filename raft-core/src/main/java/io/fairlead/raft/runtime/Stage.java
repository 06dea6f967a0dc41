package io.fairlead.raft.runtime;

import io.fairlead.raft.spi.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A queue in front of a worker: whoever has work offers it, the worker takes everything that has queued since its last
 * turn and handles it as one batch. Batching is never timed; it is what piled up while the stage was busy.
 *
 * <p><b>Threads:</b> any may offer; batches are handled on the worker, one at a time. A stage that is scheduled or
 * running is not scheduled again, so a busy stage costs its callers no wake-up.
 *
 * <p><b>Memory:</b> bounded by what its callers may have under way; each documents its bound.
 */
final class Stage<T> {
    /** More than this at once would delay timers and the other groups of the worker. */
    private static final int MAX_BATCH = 4096;

    private final Worker worker;
    private final Consumer<List<T>> handler;
    private final Queue<T> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final List<T> batch = new ArrayList<>();
    private final Runnable turn = this::turn;

    /** A stage on {@code worker}; the list given to {@code handler} is reused for the next batch. */
    Stage(Worker worker, Consumer<List<T>> handler) {
        this.worker = worker;
        this.handler = handler;
    }

    /** Queues {@code item} and makes sure that it will be handled. */
    void offer(T item) {
        queue.add(item);
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            worker.execute(turn);
        }
    }

    private void turn() {
        try {
            T item;
            while (batch.size() < MAX_BATCH && (item = queue.poll()) != null) {
                batch.add(item);
            }
            if (!batch.isEmpty()) {
                handler.accept(batch);
            }
        } finally {
            batch.clear();
            scheduled.set(false);
            if (!queue.isEmpty() && scheduled.compareAndSet(false, true)) {
                worker.execute(turn);
            }
        }
    }
}
