package io.fairlead.bench.peers;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/** Waits for a leader. */
public final class Await {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private Await() {}

    /** The number of the first of {@code count} members that says that it leads. */
    public static int leader(int count, IntFunction<Boolean> leads) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < deadline) {
            for (int i = 0; i < count; i++) {
                if (leads.apply(i)) {
                    return i;
                }
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        throw new TimeoutException("no leader");
    }

    /** The number of the first member that says that it leads, or {@code former} if none does. */
    public static int orElse(int former, int count, IntFunction<Boolean> leads) {
        for (int i = 0; i < count; i++) {
            if (leads.apply(i)) {
                return i;
            }
        }
        return former;
    }
}
