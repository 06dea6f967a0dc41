package io.fairlead.raft.runtime;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.spi.Transport;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells the transport where the members of all groups of this process are reached, and when the last group has no more
 * use for one.
 *
 * <p><b>Threads:</b> any; changes of one member are made one at a time.
 */
final class Peers {
    private final long self;
    private final Transport transport;
    private final ConcurrentHashMap<Long, Peer> peers = new ConcurrentHashMap<>();

    private record Peer(String address, SortedSet<Long> groups) {}

    Peers(long self, Transport transport) {
        this.self = self;
        this.transport = transport;
    }

    /** A group has members: makes all of them known. */
    void add(long groupId, Configuration configuration) {
        for (Member member : configuration.members()) {
            if (member.id() != self) {
                peers.compute(member.id(), (id, known) -> {
                    if (known == null || !known.address().equals(member.address())) {
                        transport.addPeer(id, member.address());
                    }
                    SortedSet<Long> groups = new TreeSet<>(known == null ? new TreeSet<>() : known.groups());
                    groups.add(groupId);
                    return new Peer(member.address(), groups);
                });
            }
        }
    }

    /** All members that some group needs, in the order of their numbers. */
    SortedSet<Long> members() {
        return new TreeSet<>(peers.keySet());
    }

    /** A group no longer needs a member. */
    void remove(long groupId, long memberId) {
        peers.computeIfPresent(memberId, (id, known) -> {
            SortedSet<Long> groups = new TreeSet<>(known.groups());
            groups.remove(groupId);
            if (groups.isEmpty()) {
                transport.removePeer(id);
                return null;
            }
            return new Peer(known.address(), groups);
        });
    }
}
