package io.fairlead.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.bench.load.Call;
import io.fairlead.bench.load.Operation;
import io.fairlead.bench.load.Session;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WritersTest {
    private final EventLoop loop = new DefaultEventLoop();
    private final Writers writers = new Writers(loop);
    private final SynchronousQueue<Call> issued = new SynchronousQueue<>();

    @AfterEach
    void stopLoop() {
        loop.shutdownGracefully().awaitUninterruptibly();
    }

    @Test
    void the_gap_lasts_from_success_to_success_and_errors_are_tried_again() throws Exception {
        writers.add(new ByHand());
        Call first = issued.take();
        writers.reset();
        long before = System.nanoTime();
        loop.execute(() -> first.onError("no leader"));
        Call second = issued.take();
        assertThat(writers.successes()).isZero();
        long gap = System.nanoTime() - before;
        loop.execute(() -> second.onAnswer(true));
        Call third = issued.take();

        assertThat(writers.successes()).isEqualTo(1);
        assertThat(writers.longestGapNanos()).isGreaterThanOrEqualTo(gap);

        writers.stop();
        loop.execute(() -> third.onAnswer(true));
    }

    /** Hands its calls to the test. */
    private final class ByHand implements Session {
        @Override
        public void issue(Operation operation, long key, Call call) {
            loop.execute(() -> {
                try {
                    issued.put(call);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
