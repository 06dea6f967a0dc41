package io.fairlead.raft.netty;

import io.fairlead.raft.spi.Worker;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker that runs on one of the transport's event loops: what arrives from a peer is handled, and what is sent in
 * answer leaves, without another thread being woken.
 */
final class LoopWorker implements Worker {
    private static final Logger LOG = LoggerFactory.getLogger(LoopWorker.class);
    private static final Timer NEVER = () -> {};

    private final String name;
    private final EventLoop loop;
    private volatile boolean closed;

    LoopWorker(String name, EventLoop loop) {
        this.name = name;
        this.loop = loop;
    }

    @Override
    public void execute(Runnable task) {
        if (closed) {
            return;
        }
        try {
            loop.execute(() -> run(task));
        } catch (RejectedExecutionException e) {
            closed = true; // The transport was closed first.
        }
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        if (closed) {
            return NEVER;
        }
        try {
            ScheduledFuture<?> future = loop.schedule(() -> run(task), Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException e) {
            closed = true;
            return NEVER;
        }
    }

    @SuppressWarnings("CatchingUnchecked") // The root of the task: what gets here must not reach the loop.
    private void run(Runnable task) {
        if (closed) {
            return;
        }
        try {
            task.run();
        } catch (Throwable e) {
            LOG.error("worker={} a task failed", name, e);
        }
    }

    @Override
    public boolean isCurrent() {
        return loop.inEventLoop();
    }

    @Override
    public void close() {
        closed = true;
        if (loop.inEventLoop() || loop.isTerminated()) {
            return;
        }
        try {
            loop.submit(() -> {}).awaitUninterruptibly(); // Behind the task under way.
        } catch (RejectedExecutionException e) {
            loop.terminationFuture().awaitUninterruptibly();
        }
    }
}
