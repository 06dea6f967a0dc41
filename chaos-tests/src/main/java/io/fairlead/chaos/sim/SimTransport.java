package io.fairlead.chaos.sim;

import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.spi.Transport;
import java.util.BitSet;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The network seam of one life of one member. Like a real one it knows where to answer whoever has spoken to it: the
 * caller says so in its handshake.
 *
 * <p><b>Threads:</b> one.
 */
public final class SimTransport implements Transport {
    private final SimNetwork network;
    private final long clusterId;
    private final long member;
    private final SimWorkers life;
    private final BitSet peers = new BitSet(SimNetwork.MAX_MEMBERS + 1);
    private final BitSet callers = new BitSet(SimNetwork.MAX_MEMBERS + 1);
    private @Nullable Receiver receiver;

    SimTransport(SimNetwork network, long clusterId, long member, SimWorkers life) {
        this.network = network;
        this.clusterId = clusterId;
        this.member = member;
        this.life = life;
    }

    @Override
    public void start(Receiver newReceiver) {
        Receiver learning = new Receiver() {
            @Override
            public void onMessage(long groupId, RaftMessage message) {
                callers.set((int) message.from());
                newReceiver.onMessage(groupId, message);
            }

            @Override
            public void onUnreachable(long memberId) {
                newReceiver.onUnreachable(memberId);
            }
        };
        receiver = learning;
        network.connect(clusterId, member, learning);
    }

    @Override
    public OptionalLong clusterId() {
        return OptionalLong.of(clusterId);
    }

    @Override
    public void addPeer(long memberId, String address) {
        peers.set((int) memberId);
    }

    @Override
    public void removePeer(long memberId) {
        peers.clear((int) memberId);
    }

    @Override
    public void send(long groupId, RaftMessage message) {
        int to = (int) message.to();
        if (life.isAlive() && (peers.get(to) || callers.get(to))) {
            network.send(groupId, message);
        }
    }

    @Override
    public void close() {
        if (receiver != null) {
            network.disconnect(member, receiver);
        }
    }
}
