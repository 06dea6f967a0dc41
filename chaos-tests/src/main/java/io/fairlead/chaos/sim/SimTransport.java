package io.fairlead.chaos.sim;

import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.spi.Transport;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The network seam of one life of one member.
 *
 * <p><b>Threads:</b> one.
 */
public final class SimTransport implements Transport {
    private final SimNetwork network;
    private final long member;
    private final SimWorkers life;
    private final TreeSet<Long> peers = new TreeSet<>();
    private @Nullable Receiver receiver;

    SimTransport(SimNetwork network, long member, SimWorkers life) {
        this.network = network;
        this.member = member;
        this.life = life;
    }

    @Override
    public void start(Receiver newReceiver) {
        receiver = newReceiver;
        network.connect(member, newReceiver);
    }

    @Override
    public void addPeer(long memberId, String address) {
        peers.add(memberId);
    }

    @Override
    public void removePeer(long memberId) {
        peers.remove(memberId);
    }

    @Override
    public void send(long groupId, RaftMessage message) {
        if (life.isAlive() && peers.contains(message.to())) {
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
