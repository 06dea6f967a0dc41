package io.fairlead.bench.compare;

import io.fairlead.bench.load.Call;
import io.fairlead.bench.load.Operation;
import io.fairlead.bench.load.Session;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Clients that write without a pause, one write at a time each, and the longest time in which none of them succeeded.
 *
 * <p><b>Threads:</b> the clients run on one event loop; the accessors may be called by any.
 */
final class Writers {
    private static final long RETRY_MILLIS = 2;

    private final EventLoop loop;
    private final List<Session> sessions = new ArrayList<>();
    private boolean stopped;
    private long nextKey;
    private long lastSuccessNanos;
    private long longestGapNanos;
    private volatile long successes;

    Writers(EventLoop loop) {
        this.loop = loop;
    }

    /** One more client. */
    void add(Session session) {
        loop.execute(() -> {
            sessions.add(session);
            new Write(session).begin();
        });
    }

    /** How many writes have succeeded. */
    long successes() {
        return successes;
    }

    /** Begins to look for the longest gap anew. */
    void reset() {
        loop.submit(() -> {
                    lastSuccessNanos = System.nanoTime();
                    longestGapNanos = 0;
                })
                .syncUninterruptibly();
    }

    /** The longest time without a success since {@link #reset}, including one that lasts. */
    long longestGapNanos() {
        return loop.submit(() -> Math.max(longestGapNanos, System.nanoTime() - lastSuccessNanos))
                .syncUninterruptibly()
                .getNow();
    }

    /** Ends all clients. */
    void stop() {
        loop.submit(() -> {
                    stopped = true;
                    sessions.forEach(Session::close);
                })
                .syncUninterruptibly();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Written on the loop only.
    private void onSuccess() {
        long now = System.nanoTime();
        longestGapNanos = Math.max(longestGapNanos, now - lastSuccessNanos);
        lastSuccessNanos = now;
        successes++;
    }

    /** What one client has under way. */
    private final class Write extends Call {
        private final Session session;

        Write(Session session) {
            this.session = session;
        }

        void begin() {
            if (!stopped) {
                sentNanos = System.nanoTime();
                session.issue(Operation.PUT, nextKey++, this);
                session.flush();
            }
        }

        @Override
        public void onAnswer(boolean found) {
            onSuccess();
            loop.execute(this::begin); // Not within the answer: a failing session would recurse.
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // Nothing to do when the loop ends first.
        public void onError(String error) {
            loop.schedule(this::begin, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
