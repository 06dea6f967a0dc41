package io.fairlead.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.spi.Worker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StageTest {
    private final Worker worker = ThreadWorker.start("stage");

    @AfterEach
    void close() {
        worker.close();
    }

    private static final class Numbered extends Stage.Queued {
        private final int number;

        Numbered(int number) {
            this.number = number;
        }
    }

    private static int numberOf(Object item) {
        return item instanceof Numbered numbered ? numbered.number : (Integer) item;
    }

    @Test
    void what_piles_up_is_one_batch_in_the_order_in_which_it_came() throws InterruptedException {
        List<List<Integer>> batches = new ArrayList<>();
        CountDownLatch handled = new CountDownLatch(10_000);
        CountDownLatch go = new CountDownLatch(1);
        Stage<Object> stage = new Stage<>(worker, batch -> {
            batches.add(batch.stream().map(StageTest::numberOf).toList());
            batch.forEach(item -> handled.countDown());
        });
        worker.execute(() -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            stage.offer(i % 2 == 0 ? i : new Numbered(i));
            expected.add(i);
        }
        go.countDown();
        handled.await();
        assertThat(batches).hasSize(3); // A batch is bounded, so that other groups get their turn.
        assertThat(batches.stream().flatMap(List::stream)).containsExactlyElementsOf(expected);
    }

    @Test
    void turns_on_two_workers_never_meet_and_handle_everything_in_order() throws InterruptedException {
        int count = 100_000;
        CountDownLatch handled = new CountDownLatch(count);
        AtomicBoolean inTurn = new AtomicBoolean();
        AtomicInteger here = new AtomicInteger();
        int granted = 0;
        AtomicInteger ended = new AtomicInteger();
        List<Integer> order = new ArrayList<>();
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        Worker other = ThreadWorker.start("other");
        Stage<Integer> stage = new Stage<>(worker, batch -> {
            if (!inTurn.compareAndSet(false, true)) {
                wrong.add("two turns at once");
            }
            if (other.isCurrent()) {
                here.incrementAndGet();
            }
            order.addAll(batch);
            inTurn.set(false);
            batch.forEach(item -> handled.countDown());
        });
        for (int i = 0; i < count; i++) {
            stage.leave(i);
            if (i % 2 == 0) {
                stage.schedule();
            } else if (stage.scheduleOn(other, ended::incrementAndGet)) {
                granted++;
            } else {
                stage.schedule();
            }
        }
        handled.await();
        CountDownLatch behindAll = new CountDownLatch(1);
        other.execute(behindAll::countDown); // Behind a turn that finds nothing any more.
        behindAll.await();
        other.close();
        assertThat(wrong).isEmpty();
        assertThat(order).isEqualTo(IntStream.range(0, count).boxed().toList());
        assertThat(here).hasPositiveValue();
        assertThat(ended).hasValue(granted);
    }

    @Test
    void nothing_of_what_several_threads_offer_is_lost_or_out_of_their_order() throws InterruptedException {
        int each = 50_000;
        CountDownLatch handled = new CountDownLatch(3 * each);
        int[] last = {-1, -1, -1};
        List<String> wrong = new ArrayList<>();
        Stage<Object> stage = new Stage<>(worker, batch -> {
            for (Object item : batch) {
                int from = numberOf(item) % 3;
                int number = numberOf(item) / 3;
                if (number != last[from] + 1) {
                    wrong.add(number + " of " + from + " after " + last[from]);
                }
                last[from] = number;
                handled.countDown();
            }
        });
        for (int t = 0; t < 3; t++) {
            int from = t;
            new Thread(() -> {
                        for (int i = 0; i < each; i++) {
                            stage.offer(new Numbered(3 * i + from));
                        }
                    })
                    .start();
        }
        handled.await();
        assertThat(wrong).isEmpty();
        assertThat(last).containsOnly(each - 1);
    }

    @Test
    void what_is_left_waits_for_the_next_turn_and_comes_first_in_it() throws InterruptedException {
        List<List<Object>> batches = new ArrayList<>();
        CountDownLatch handled = new CountDownLatch(1);
        Stage<Object> stage = new Stage<>(worker, batch -> {
            batches.add(List.copyOf(batch));
            handled.countDown();
        });
        stage.leave("report");
        CountDownLatch idle = new CountDownLatch(1);
        worker.execute(idle::countDown);
        idle.await();
        assertThat(batches).isEmpty();

        stage.offer("message");
        handled.await();
        assertThat(batches).containsExactly(List.of("report", "message"));
    }

    @Test
    void a_turn_of_the_workers_own_takes_what_was_left_or_nothing() throws InterruptedException {
        List<List<Object>> batches = new ArrayList<>();
        Stage<Object> stage = new Stage<>(worker, batch -> batches.add(List.copyOf(batch)));
        stage.leave("report");
        CountDownLatch done = new CountDownLatch(1);
        worker.execute(() -> {
            stage.runNow();
            stage.runNow();
            done.countDown();
        });
        done.await();
        assertThat(batches).containsExactly(List.of("report"), List.of());
    }
}
