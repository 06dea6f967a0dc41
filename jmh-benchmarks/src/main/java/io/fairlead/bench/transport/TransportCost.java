package io.fairlead.bench.transport;

import com.sun.management.OperatingSystemMXBean;
import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.netty.NettyTransport;
import io.fairlead.raft.netty.NettyTransportConfig;
import io.fairlead.raft.netty.NettyTransportStats;
import io.fairlead.raft.spi.Transport;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Sends AppendEntries from one member to another over loopback, each answered at once, and prints what a pair of
 * messages costs: processor time of the whole process (both members), round trips, messages per flush.
 *
 * <p>Usage: {@code TransportCost [seconds [entries-per-message [bytes-per-entry]]]}. Each depth runs twice: "loop"
 * sends the next message where the answer arrives, as a chain on the event loops; "thread" sends from a thread of its
 * own that waits for answers, as a consensus thread does.
 */
public final class TransportCost {
    private static final int[] DEPTHS = {1, 8, 64, 1024};

    private final int seconds;
    private final List<Entry> entries;

    private TransportCost(int seconds, int entriesPerMessage, int bytesPerEntry) {
        this.seconds = seconds;
        List<Entry> list = new ArrayList<>();
        for (int i = 1; i <= entriesPerMessage; i++) {
            list.add(Entry.proposal(EntryKind.COMMAND, 1, i, ByteBuffer.allocate(bytesPerEntry))
                    .stamp(1, i));
        }
        this.entries = List.copyOf(list);
    }

    /** Runs it. */
    public static void main(String[] args) throws InterruptedException {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        int entriesPerMessage = args.length > 1 ? Integer.parseInt(args[1]) : 1;
        int bytesPerEntry = args.length > 2 ? Integer.parseInt(args[2]) : 256;
        new TransportCost(seconds, entriesPerMessage, bytesPerEntry).run();
    }

    private void run() throws InterruptedException {
        System.out.printf(
                "%-7s %6s %12s %12s %9s %9s %9s %12s%n",
                "sender", "depth", "pairs/s", "cpu us/pair", "p50 us", "p99 us", "p99.9 us", "frames/flush");
        for (int depth : DEPTHS) {
            measure("loop", depth, new LoopSender(depth));
            measure("thread", depth, new ThreadSender(depth));
        }
    }

    private void measure(String name, int depth, Sender sender) throws InterruptedException {
        try (NettyTransport leader = transport(1);
                NettyTransport follower = transport(2)) {
            leader.start(sender);
            follower.start(new Follower(follower));
            leader.addPeer(2, follower.boundAddress());
            follower.addPeer(1, leader.boundAddress());
            while (leader.stats().connects() < 2 || follower.stats().connects() < 2) {
                LockSupport.parkNanos(1_000_000);
            }
            sender.start(leader);
            sender.measure(seconds); // warm-up
            OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            NettyTransportStats before = leader.stats();
            long cpu = process.getProcessCpuTime();
            Histogram histogram = sender.measure(seconds);
            cpu = process.getProcessCpuTime() - cpu;
            NettyTransportStats after = leader.stats();
            sender.stop();
            System.out.printf(
                    "%-7s %6d %,12d %12.2f %9.1f %9.1f %9.1f %12.1f%n",
                    name,
                    depth,
                    histogram.getTotalCount() / seconds,
                    cpu / 1e3 / histogram.getTotalCount(),
                    histogram.getValueAtPercentile(50) / 1e3,
                    histogram.getValueAtPercentile(99) / 1e3,
                    histogram.getValueAtPercentile(99.9) / 1e3,
                    (after.framesSent() - before.framesSent()) / (double) (after.flushes() - before.flushes()));
        }
    }

    private static NettyTransport transport(long memberId) {
        return new NettyTransport(
                NettyTransportConfig.builder(1, memberId, "127.0.0.1:0").build());
    }

    /** Answers everything where it arrives. */
    private record Follower(Transport transport) implements Transport.Receiver {
        @Override
        public void onMessage(long groupId, RaftMessage message) {
            AppendEntries append = (AppendEntries) message;
            transport.send(
                    groupId,
                    new AppendEntriesReply(
                            2,
                            1,
                            append.term(),
                            true,
                            append.prev().index() + append.entries().size(),
                            EntryId.ZERO,
                            append.readRound(),
                            append.sentAtNanos(),
                            0));
        }

        @Override
        public void onUnreachable(long memberId) {}
    }

    /** Keeps a number of messages under way. */
    private abstract class Sender implements Transport.Receiver {
        final int depth;
        private volatile Histogram histogram = newHistogram();

        Sender(int depth) {
            this.depth = depth;
        }

        abstract void start(Transport transport);

        abstract void stop();

        abstract void answered();

        final AppendEntries next() {
            return new AppendEntries(1, 2, 1, EntryId.ZERO, 0, 0, System.nanoTime(), entries);
        }

        /** Collects round trips for a while. */
        final Histogram measure(int forSeconds) throws InterruptedException {
            histogram = newHistogram();
            Thread.sleep(forSeconds * 1000L);
            Histogram measured = histogram;
            histogram = newHistogram();
            return measured;
        }

        private static Histogram newHistogram() {
            return new Histogram(60_000_000_000L, 3);
        }

        @Override
        public final void onMessage(long groupId, RaftMessage message) {
            histogram.recordValue(System.nanoTime() - ((AppendEntriesReply) message).sentAtNanos());
            answered();
        }

        @Override
        public final void onUnreachable(long memberId) {
            System.err.println("connection lost");
        }
    }

    /** Sends the next message where an answer arrives. */
    private final class LoopSender extends Sender {
        private volatile Transport transport = NO_TRANSPORT;

        LoopSender(int depth) {
            super(depth);
        }

        @Override
        void start(Transport to) {
            transport = to;
            for (int i = 0; i < depth; i++) {
                to.send(1, next());
            }
        }

        @Override
        void stop() {
            transport = NO_TRANSPORT;
        }

        @Override
        void answered() {
            transport.send(1, next());
        }
    }

    /** Sends from a thread that waits for answers. */
    private final class ThreadSender extends Sender {
        private final Semaphore free;
        private volatile boolean stopped;

        ThreadSender(int depth) {
            super(depth);
            free = new Semaphore(depth);
        }

        @Override
        void start(Transport transport) {
            Thread thread = new Thread(
                    () -> {
                        while (!stopped) {
                            free.acquireUninterruptibly();
                            transport.send(1, next());
                        }
                    },
                    "sender");
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        void stop() {
            stopped = true;
        }

        @Override
        void answered() {
            free.release();
        }
    }

    private static final Transport NO_TRANSPORT = new Transport() {
        @Override
        public void start(Receiver receiver) {}

        @Override
        public void addPeer(long memberId, String address) {}

        @Override
        public void removePeer(long memberId) {}

        @Override
        public void send(long groupId, RaftMessage message) {}

        @Override
        public void close() {}
    };
}
