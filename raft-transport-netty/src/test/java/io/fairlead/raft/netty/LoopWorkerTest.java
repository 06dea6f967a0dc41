package io.fairlead.raft.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.netty.Nodes.Node;
import io.fairlead.raft.spi.Worker;
import io.fairlead.raft.spi.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Loops of groups on the transport's event loops. */
class LoopWorkerTest {
    private final Nodes nodes = new Nodes();
    private final Node one = nodes.create(1, Nodes.CLUSTER, "127.0.0.1:0", options -> options);
    private final List<String> others = new ArrayList<>();
    private final Workers workers = one.transport.loops(name -> {
        others.add(name);
        throw new UnsupportedOperationException(name);
    });

    @AfterEach
    void closeNodes() {
        nodes.close();
    }

    @Test
    void there_are_as_many_as_event_loops() {
        Worker loop = workers.start("raft-loop-0");

        assertThat(loop.isCurrent()).isFalse();
        assertThatThrownBy(() -> workers.start("raft-loop-1")).isInstanceOf(UnsupportedOperationException.class);
        assertThat(others).containsExactly("raft-loop-1");
    }

    @Test
    void tasks_run_in_order_before_and_after_the_transport_starts_and_outlive_a_failure() throws Exception {
        Worker loop = workers.start("raft-loop");
        List<Integer> ran = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(1);

        for (int i = 0; i < 100; i++) {
            int number = i;
            loop.execute(() -> {
                ran.add(number);
                if (number == 50) {
                    throw new IllegalStateException("as this test wants it");
                }
            });
        }
        one.transport.start(one);
        loop.schedule(1_000_000, () -> loop.execute(done::countDown));
        done.await();

        assertThat(ran).hasSize(100).isSorted();
    }

    @Test
    void a_loop_that_sends_while_the_transport_starts_does_not_hold_it_up() throws InterruptedException {
        Worker loop = workers.start("raft-loop");
        AtomicBoolean stop = new AtomicBoolean();
        loop.execute(new Runnable() {
            @Override
            public void run() {
                one.send(new Heartbeat(1, 2, 3, 0, 0, 0));
                if (!stop.get()) {
                    loop.execute(this);
                }
            }
        });

        one.transport.start(one);
        Node two = nodes.start(2);
        one.knows(two);

        assertThat(two.next()).isEqualTo(new Heartbeat(1, 2, 3, 0, 0, 0));
        stop.set(true);
    }

    @Test
    void nothing_runs_once_it_is_closed() {
        one.transport.start(one);
        Worker loop = workers.start("raft-loop");
        AtomicInteger ran = new AtomicInteger();
        loop.execute(ran::incrementAndGet);
        Worker.Timer timer = loop.schedule(Long.MAX_VALUE / 4, ran::incrementAndGet);
        timer.cancel();

        loop.close();
        int before = ran.get();
        loop.execute(ran::incrementAndGet);
        loop.schedule(0, ran::incrementAndGet);
        one.transport.close();
        loop.close();

        assertThat(ran.get()).isEqualTo(before);
    }
}
