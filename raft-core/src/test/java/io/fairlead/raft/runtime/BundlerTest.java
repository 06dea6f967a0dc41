package io.fairlead.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.HeartbeatBundle;
import io.fairlead.raft.message.HeartbeatBundle.Part;
import io.fairlead.raft.message.HeartbeatReply;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.spi.Transport;
import io.fairlead.raft.spi.Worker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class BundlerTest {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final List<RaftMessage> sent = new ArrayList<>();
    private final List<Long> sentIn = new ArrayList<>();
    private boolean several = true;
    private final Bundler bundler = new Bundler(1, new Recorder(), new Queue(), () -> several);

    @Test
    void heartbeats_of_all_groups_and_the_sign_of_life_travel_together_to_each_node() {
        bundler.offer(10, heartbeat(2));
        bundler.offer(11, heartbeat(3));
        bundler.offer(12, heartbeat(2));
        bundler.offer(13, new HeartbeatReply(1, 2, 5, 0, 7, 0));
        bundler.offerSignOfLife(2, 99, 4);
        runAll();

        assertThat(sent)
                .containsExactly(
                        new HeartbeatBundle(
                                1,
                                2,
                                99,
                                4,
                                List.of(
                                        new Part(10, heartbeat(2)),
                                        new Part(12, heartbeat(2)),
                                        new Part(13, new HeartbeatReply(1, 2, 5, 0, 7, 0)))),
                        heartbeat(3));
        assertThat(sentIn).containsExactly(0L, 11L);
    }

    @Test
    void a_node_with_one_group_sends_at_once() {
        several = false;
        bundler.offer(10, heartbeat(2));

        assertThat(sent).containsExactly(heartbeat(2));
        assertThat(tasks).isEmpty();
    }

    @Test
    void what_is_too_much_for_one_frame_goes_in_several() {
        for (int i = 0; i < HeartbeatBundle.MAX_PARTS; i++) {
            bundler.offer(i, heartbeat(2));
        }
        bundler.offerSignOfLife(2, 99, 4);
        tasks.removeFirst().run();
        runAll();

        assertThat(sent).hasSize(2);
        assertThat(((HeartbeatBundle) sent.get(0)).parts()).hasSize(HeartbeatBundle.MAX_PARTS);
    }

    @Test
    void only_what_nobody_waits_for_is_bundled() {
        assertThat(HeartbeatBundle.takes(heartbeat(2))).isTrue();
        assertThat(HeartbeatBundle.takes(new Heartbeat(1, 2, 5, 0, 3, 7))).isFalse();
        assertThat(HeartbeatBundle.takes(new Heartbeat(1, 2, 5, 9, 0, 0))).isFalse();
        assertThat(HeartbeatBundle.takes(new HeartbeatReply(1, 2, 5, 3, 7, 0))).isFalse();
    }

    private static Heartbeat heartbeat(long to) {
        return new Heartbeat(1, to, 5, 0, 0, 7);
    }

    private void runAll() {
        while (!tasks.isEmpty()) {
            tasks.removeFirst().run();
        }
    }

    private final class Queue implements Worker {
        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isCurrent() {
            return true;
        }

        @Override
        public void close() {}
    }

    private final class Recorder implements Transport {
        @Override
        public void start(Receiver receiver) {}

        @Override
        public void addPeer(long memberId, String address) {}

        @Override
        public void removePeer(long memberId) {}

        @Override
        public void send(long groupId, RaftMessage message) {
            sent.add(message);
            sentIn.add(groupId);
        }

        @Override
        public void close() {}
    }
}
