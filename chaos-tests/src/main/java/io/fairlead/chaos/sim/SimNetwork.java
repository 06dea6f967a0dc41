package io.fairlead.chaos.sim;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.ForwardProposals;
import io.fairlead.raft.message.HeartbeatBundle;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.SnapshotChunk;
import io.fairlead.raft.spi.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The network between members: delays, loses, repeats and reorders, link by link and direction by direction.
 *
 * <p><b>Threads:</b> one.
 */
public final class SimNetwork {
    /** Ids of members are from 1 up to this. */
    public static final int MAX_MEMBERS = 31;

    private static final long LABEL_DELIVER = 2;
    private static final long LABEL_UNREACHABLE = 3;

    private final Scheduler scheduler;
    private final SimTasks tasks;
    private final Trace trace;
    private final Randomness random;
    private final Transport.@Nullable Receiver[] receivers = new Transport.Receiver[MAX_MEMBERS + 1];
    private final long[] clusters = new long[MAX_MEMBERS + 1];
    private final LinkFaults[][] links = new LinkFaults[MAX_MEMBERS + 1][MAX_MEMBERS + 1];
    private final List<ObjLongConsumer<RaftMessage>> sendObservers = new ArrayList<>();
    private final NetworkCounts counts = new NetworkCounts();
    private boolean replaying = true;

    /** A network on this scheduler's time, with a stream of randomness of its own. */
    public SimNetwork(Scheduler scheduler, SimTasks tasks, Trace trace, Randomness random) {
        this.scheduler = scheduler;
        this.tasks = tasks;
        this.trace = trace;
        this.random = random;
        for (LinkFaults[] row : links) {
            Arrays.setAll(row, to -> new LinkFaults());
        }
    }

    /** What happened to messages so far. */
    public NetworkCounts counts() {
        return counts;
    }

    /** Called with every message, and its group, at the moment it is sent; with each part of a bundle on its own. */
    public void onEverySend(ObjLongConsumer<RaftMessage> observer) {
        sendObservers.add(observer);
    }

    /** How messages from one member to another fare. */
    public LinkFaults link(long from, long to) {
        return links[(int) from][(int) to];
    }

    /** The transport of one life of a member, who speaks to those of the same cluster only. */
    public SimTransport transport(long clusterId, long member, SimWorkers life) {
        return new SimTransport(this, clusterId, member, life);
    }

    /** A connection breaks; who sent on it, or was answered, hears of it at some time. */
    public void reset(long from, long to) {
        link(from, to).reset();
        tellUnreachable(from, to);
    }

    /** Ends late replays: everything still to come was sent recently. */
    public void stopReplays() {
        replaying = false;
    }

    void connect(long clusterId, long member, Transport.Receiver receiver) {
        receivers[(int) member] = receiver;
        clusters[(int) member] = clusterId;
    }

    void disconnect(long member, Transport.Receiver receiver) {
        if (receivers[(int) member] == receiver) {
            disconnect(member);
        }
    }

    /** Nobody listens for this member any more: it died. */
    public void disconnect(long member) {
        receivers[(int) member] = null;
    }

    /** Sends a message now. */
    public void send(long groupId, RaftMessage message) {
        if (message instanceof HeartbeatBundle bundle) {
            bundle.parts().forEach(part -> observed(part.groupId(), part.message()));
        } else {
            observed(groupId, message);
        }
        counts.sent++;
        int from = (int) message.from(); // Asked for once: there are many kinds of messages, so that it costs.
        int to = (int) message.to();
        LinkFaults link = links[from][to];
        long cluster = clusters[from];
        boolean known = receivers[to] != null && isWelcome(cluster, to);
        if (link.blocked || !known) {
            counts.cut++;
            trace.add(from, known ? "cut off" : "not there", message);
            if (random.chance(0.3)) {
                tellUnreachable(from, to);
            }
            return;
        }
        boolean kindDropped = link.droppedKind != null && link.droppedKind.isInstance(message);
        boolean full = link.capacity > 0 && link.underWay >= link.capacity && random.chance(0.8);
        if (kindDropped || full || random.chance(link.loss)) {
            counts.lost++;
            trace.add(from, "lost", message);
            return;
        }
        long base = tasks.now();
        long arrival = Math.max(
                base + link.minDelay + random.exponential(link.meanExtraDelay), link.cloggedUntil + counts.sent % 1000);
        long label = LABEL_DELIVER | ((long) to << 8) | ((long) from << 16);
        scheduler.at(arrival, new Delivery(label, cluster, to, groupId, message, link));
        if (random.chance(link.duplicate)) {
            counts.duplicated++;
            long again = arrival + random.below(link.duplicateSpread + 1);
            scheduler.at(again, new Delivery(label, cluster, to, groupId, message, link));
        }
        if (link.replayLate > 0 && random.chance(link.replayLate)) {
            long late = arrival + 1_000_000_000L + random.below(20_000_000_000L);
            scheduler.at(late, label, () -> {
                if (replaying && isWelcome(cluster, to)) {
                    counts.replayed++;
                    deliver(to, groupId, message, link, base, "gets, late and again,");
                }
            });
        }
    }

    /** Whoever speaks for another cluster is refused at the handshake. */
    private boolean isWelcome(long cluster, int to) {
        return clusters[to] == cluster;
    }

    private void observed(long groupId, RaftMessage message) {
        for (int i = 0; i < sendObservers.size(); i++) {
            sendObservers.get(i).accept(message, groupId);
        }
    }

    /** A message under way. */
    private final class Delivery extends Scheduler.Event {
        private final long cluster;
        private final int to;
        private final long groupId;
        private final RaftMessage message;
        private final LinkFaults link;
        private final int connection;
        private final long sentAt;

        Delivery(long label, long cluster, int to, long groupId, RaftMessage message, LinkFaults link) {
            super(label);
            this.cluster = cluster;
            this.to = to;
            this.groupId = groupId;
            this.message = message;
            this.link = link;
            this.connection = link.connection;
            this.sentAt = tasks.now();
            link.underWay++;
        }

        @Override
        protected void happen() {
            link.underWay--;
            if (link.connection == connection && isWelcome(cluster, to)) {
                deliver(to, groupId, message, link, sentAt, "gets");
            } else {
                counts.lost++;
                trace.arrives(to, sentAt, "misses", message);
            }
        }
    }

    private void deliver(int to, long groupId, RaftMessage message, LinkFaults link, long sentAt, String what) {
        Transport.@Nullable Receiver receiver = receivers[to];
        if (receiver == null || link.blocked) {
            counts.cut++;
            trace.arrives(to, sentAt, "misses", message);
            return;
        }
        counts.delivered++;
        trace.arrives(to, sentAt, what, message);
        receiver.onMessage(groupId, copyOf(message));
    }

    /** Bytes that belong to the sender, or that the receiver may change, are copied, as a wire would. */
    private static RaftMessage copyOf(RaftMessage message) {
        if (message instanceof ForwardProposals forward) {
            List<Entry> copies = new ArrayList<>();
            for (Entry proposal : forward.proposals()) {
                ByteBuffer bytes = ByteBuffer.allocate(proposal.encodedLength());
                proposal.copyTo(bytes);
                copies.add(Entry.decode(bytes.array(), 0, bytes.capacity()));
            }
            return new ForwardProposals(
                    forward.from(), forward.to(), forward.leaderTerm(), forward.life(), forward.number(), copies);
        }
        if (message instanceof SnapshotChunk chunk) {
            ByteBuffer copy = ByteBuffer.allocate(chunk.data().remaining());
            copy.put(chunk.data().duplicate()).flip();
            return new SnapshotChunk(
                    chunk.from(),
                    chunk.to(),
                    chunk.snapshotId(),
                    chunk.offset(),
                    copy.asReadOnlyBuffer(),
                    chunk.crc32c());
        }
        return message;
    }

    private void tellUnreachable(long from, long to) {
        Transport.@Nullable Receiver sender = receivers[(int) from];
        scheduler.at(tasks.now() + 1_000_000 + random.below(20_000_000), LABEL_UNREACHABLE | (to << 8), () -> {
            if (sender != null && receivers[(int) from] == sender) {
                sender.onUnreachable(to);
            }
        });
    }
}
