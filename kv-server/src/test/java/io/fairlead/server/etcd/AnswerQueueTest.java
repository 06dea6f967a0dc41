package io.fairlead.server.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnswerQueueTest {
    private final EventLoop loop = new DefaultEventLoop();
    private final AnswerQueue queue = new AnswerQueue(loop);
    private final List<Integer> written = new ArrayList<>();

    @AfterEach
    void stopLoop() {
        loop.shutdownGracefully().awaitUninterruptibly();
    }

    @Test
    void answers_from_another_thread_are_written_on_the_loop_in_their_order() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        loop.execute(() -> await(busy));
        for (int i = 0; i < 100; i++) {
            queue.push(answer(i));
        }
        busy.countDown();

        loop.submit(() -> {}).get();
        queue.push(answer(100));
        loop.submit(() -> {}).get();

        assertThat(written).hasSize(101).isSorted();
    }

    @Test
    void an_answer_from_the_loop_is_written_at_once() throws Exception {
        loop.submit(() -> {
                    queue.push(answer(1));
                    assertThat(written).containsExactly(1);
                })
                .get();
    }

    private AnswerQueue.Answer answer(int number) {
        return new AnswerQueue.Answer() {
            @Override
            void write() {
                assertThat(loop.inEventLoop()).isTrue();
                written.add(number);
            }
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
