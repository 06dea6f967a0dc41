package io.fairlead.bench.load;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;

/** Time as a driver sees it. <b>Threads:</b> the driver's; tasks run there too. */
interface Timer {
    /** Now, on the scale of {@link System#nanoTime}. */
    long nanoTime();

    /** Runs {@code task} after a while, at once if {@code delayNanos} is not above 0. */
    void schedule(Runnable task, long delayNanos);

    /** Real time, on an event loop. */
    static Timer of(EventLoop loop) {
        return new Timer() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            @SuppressWarnings("FutureReturnValueIgnored") // Drivers' tasks do not fail, and nobody would wait for it.
            public void schedule(Runnable task, long delayNanos) {
                if (delayNanos <= 0) {
                    loop.execute(task);
                } else {
                    loop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
                }
            }
        };
    }
}
