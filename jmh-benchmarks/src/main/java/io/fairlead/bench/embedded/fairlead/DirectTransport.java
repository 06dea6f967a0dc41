package io.fairlead.bench.embedded.fairlead;

import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.spi.Transport;
import java.util.Map;

/** Calls the receiver of the other member on the sender's thread: what a group costs without a network. */
final class DirectTransport implements Transport {
    private final long memberId;
    private final Map<Long, Receiver> receivers;

    /** @param receivers shared by all members; safe for several threads */
    DirectTransport(long memberId, Map<Long, Receiver> receivers) {
        this.memberId = memberId;
        this.receivers = receivers;
    }

    @Override
    public void start(Receiver receiver) {
        receivers.put(memberId, receiver);
    }

    @Override
    public void addPeer(long member, String address) {}

    @Override
    public void removePeer(long member) {}

    @Override
    public void send(long groupId, RaftMessage message) {
        Receiver receiver = receivers.get(message.to());
        if (receiver != null) {
            receiver.onMessage(groupId, message);
        }
    }

    @Override
    public void close() {
        receivers.remove(memberId);
    }
}
