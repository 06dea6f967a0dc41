package io.fairlead.kv.mvcc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A number that only grows, and those who wait until it has reached theirs.
 *
 * <p><b>Threads:</b> any; not on the path of a write.
 */
final class CompletionFloor {
    private final List<Waiting> waiting = new ArrayList<>();
    private long value = Long.MIN_VALUE;

    synchronized long value() {
        return value;
    }

    CompletableFuture<Void> reached(long number) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        synchronized (this) {
            if (value < number) {
                waiting.add(new Waiting(number, future));
                return future;
            }
        }
        future.complete(null);
        return future;
    }

    void reach(long number) {
        List<Waiting> due;
        synchronized (this) {
            value = Math.max(value, number);
            due = waiting.stream().filter(one -> one.number <= value).toList();
            waiting.removeAll(due);
        }
        for (Waiting one : due) {
            one.future.complete(null);
        }
    }

    private record Waiting(long number, CompletableFuture<Void> future) {}
}
