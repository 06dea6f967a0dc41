package io.fairlead.raft.runtime;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.ForwardProposals;
import io.fairlead.raft.message.HeartbeatBundle;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.spi.Transport;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Carries messages between nodes of one JVM, on the sender's thread. <b>Threads:</b> any. */
final class MemoryNetwork {
    private final Map<Long, Port> ports = new ConcurrentHashMap<>();
    private final Set<Long> isolated = ConcurrentHashMap.newKeySet();
    private final LongAdder signsOfLife = new LongAdder();
    private final LongAdder framesOfGroups = new LongAdder();

    /** A member's door to the network; another one replaces it. */
    Transport transport(long memberId) {
        return new Port(memberId);
    }

    /** Cuts a member off, both ways. */
    void isolate(long memberId) {
        isolated.add(memberId);
    }

    void heal(long memberId) {
        isolated.remove(memberId);
    }

    /** Frames that say nothing but that a node is there. */
    long signsOfLife() {
        return signsOfLife.sum();
    }

    /** All other frames. */
    long framesOfGroups() {
        return framesOfGroups.sum();
    }

    private void count(RaftMessage message) {
        boolean sign =
                message instanceof HeartbeatBundle bundle && bundle.parts().isEmpty();
        (sign ? signsOfLife : framesOfGroups).increment();
    }

    private final class Port implements Transport {
        private final long memberId;
        private volatile @Nullable Receiver receiver;

        Port(long memberId) {
            this.memberId = memberId;
        }

        @Override
        public void start(Receiver newReceiver) {
            receiver = newReceiver;
            ports.put(memberId, this);
        }

        @Override
        public void addPeer(long peer, String address) {}

        @Override
        public void removePeer(long peer) {}

        @Override
        public void send(long groupId, RaftMessage message) {
            count(message);
            Port target = ports.get(message.to());
            if (target == null || isolated.contains(memberId) || isolated.contains(message.to())) {
                return;
            }
            Receiver there = target.receiver;
            if (there != null) {
                there.onMessage(groupId, copied(message));
            }
        }

        @Override
        public void close() {
            receiver = null;
            ports.remove(memberId, this);
        }
    }

    /** Proposals are stamped by the leader, in place, so sender and receiver must not share them. */
    private static RaftMessage copied(RaftMessage message) {
        if (!(message instanceof ForwardProposals forward)) {
            return message;
        }
        return new ForwardProposals(
                forward.from(),
                forward.to(),
                forward.leaderTerm(),
                forward.life(),
                forward.number(),
                forward.proposals().stream().map(MemoryNetwork::copied).toList());
    }

    private static Entry copied(Entry entry) {
        ByteBuffer bytes = ByteBuffer.allocate(entry.encodedLength());
        entry.copyTo(bytes);
        return Entry.decode(bytes.array(), 0, bytes.capacity());
    }
}
