package io.fairlead.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.spi.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ThreadWorkerTest {
    private final Worker worker = ThreadWorker.start("test-worker");

    @AfterEach
    void close() {
        worker.close();
    }

    @Test
    void tasks_run_in_order_on_the_named_thread() {
        List<String> ran = new ArrayList<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        for (int i = 0; i < 1000; i++) {
            int number = i;
            worker.execute(() -> ran.add(Thread.currentThread().getName() + number));
        }
        worker.execute(() -> done.complete(null));
        done.join();
        assertThat(ran).hasSize(1000).startsWith("test-worker0", "test-worker1").endsWith("test-worker999");
    }

    @Test
    void no_wake_up_is_lost() throws InterruptedException {
        for (int i = 0; i < 20_000; i++) {
            CountDownLatch ran = new CountDownLatch(1);
            worker.execute(ran::countDown);
            ran.await();
        }
    }

    @Test
    void timers_run_in_the_order_of_their_time_even_while_the_queue_is_never_empty() {
        List<Integer> ran = new ArrayList<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        AtomicBoolean stop = new AtomicBoolean();
        Runnable busy = new Runnable() {
            @Override
            public void run() {
                if (!stop.get()) {
                    worker.execute(this);
                }
            }
        };
        worker.execute(() -> {
            worker.schedule(3_000_000, () -> {
                ran.add(3);
                stop.set(true);
                done.complete(null);
            });
            worker.schedule(1_000_000, () -> ran.add(1));
            worker.schedule(2_000_000, () -> ran.add(2));
            worker.schedule(1_500_000, () -> ran.add(-1)).cancel();
            busy.run();
        });
        done.join();
        assertThat(ran).containsExactly(1, 2, 3);
    }

    @Test
    void a_task_that_fails_stops_nothing_but_itself() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        worker.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        worker.execute(() -> done.complete(null));
        done.join();
    }

    @Test
    void nothing_runs_after_close() {
        CompletableFuture<Void> began = new CompletableFuture<>();
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        AtomicInteger late = new AtomicInteger();
        worker.execute(() -> {
            began.complete(null);
            goOn.join();
        });
        worker.execute(late::incrementAndGet);
        worker.schedule(0, late::incrementAndGet);
        began.join();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(worker::close);
        // The worker is inside a task, so close() cannot have returned; it drops what waits behind the task.
        while (!closed.isDone()) {
            Thread.onSpinWait();
            goOn.complete(null);
        }
        worker.execute(late::incrementAndGet);
        assertThat(late.get()).isLessThanOrEqualTo(2);
        int after = late.get();
        worker.execute(late::incrementAndGet);
        assertThat(late.get()).isEqualTo(after);
    }

    @Test
    void a_stage_handles_what_has_queued_as_one_batch() {
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        List<Integer> sizes = new ArrayList<>();
        Stage<Integer> stage = new Stage<>(worker, batch -> {
            sizes.add(batch.size());
            if (batch.contains(9)) {
                done.complete(null);
            }
        });
        worker.execute(goOn::join);
        for (int i = 0; i < 10; i++) {
            stage.offer(i);
        }
        goOn.complete(null);
        done.join();
        assertThat(sizes).containsExactly(10);
    }

    @Test
    void a_stage_loses_nothing_that_many_threads_offer() throws InterruptedException {
        int threads = 4;
        int each = 20_000;
        CountDownLatch handled = new CountDownLatch(threads * each);
        AtomicInteger atOnce = new AtomicInteger();
        Stage<Integer> stage = new Stage<>(worker, batch -> {
            assertThat(atOnce.incrementAndGet()).isEqualTo(1);
            batch.forEach(item -> handled.countDown());
            atOnce.decrementAndGet();
        });
        for (int t = 0; t < threads; t++) {
            new Thread(() -> {
                        for (int i = 0; i < each; i++) {
                            stage.offer(i);
                        }
                    })
                    .start();
        }
        handled.await();
    }
}
