package io.fairlead.chaos.invariant;

import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * At most one configuration is uncommitted; quorums of successive ones always share a member; a leader appends one only
 * when an entry of its own term is committed; and learners do not lead (§6, dissertation §4).
 */
final class MembershipSafety extends Invariant implements Invariant.SeesSteps {
    private final ClusterLog logs;
    private final PerMember<Seen> lastSeen = new PerMember<>(Seen::new);
    private final Map<EntryId, Configuration> known = new HashMap<>();

    private final long forcedIndex;

    private static final class Seen {
        @Nullable EntryId inForce;
    }

    /** @param forcedIndex the configuration that was forced after a disaster, which follows from none; 0 if none was */
    MembershipSafety(ClusterLog logs, long forcedIndex) {
        super("I11", "membership changes are safe");
        this.logs = logs;
        this.forcedIndex = forcedIndex;
    }

    @Override
    public void afterStep(MemberView member) {
        Server server = member.server();
        if (server == null) {
            return;
        }
        EntryId inForce = server.configurationId();
        Seen seen = lastSeen.of(member.id());
        if (inForce.equals(seen.inForce)) {
            return;
        }
        seen.inForce = inForce;
        Configuration configuration = server.configuration();
        Configuration first = known.putIfAbsent(inForce, configuration);
        if (first != null && !first.equals(configuration) && inForce.index() != 0) {
            throw violation("configuration " + inForce + " is " + configuration + " on member " + member.id() + ", was "
                    + first);
        }
        if (first == null && inForce.index() > Math.max(server.firstIndex(), forcedIndex)) {
            checkStep(member, server, inForce, configuration);
        }
    }

    private void checkStep(MemberView member, Server server, EntryId id, Configuration configuration) {
        ConfigurationAt before = server.configurationAt(id.index() - 1);
        if (before.id().index() > logs.committed()) {
            throw violation(
                    "member " + member.id() + " has " + id + " behind the uncommitted configuration " + before.id());
        }
        if (!overlap(before.configuration(), configuration)) {
            throw violation("quorums of " + before.configuration() + " and " + configuration + " may be disjoint");
        }
        boolean appendedHere = server.role().equals("LEADER") && id.term() == server.term();
        if (appendedHere && !server.isReady()) {
            throw violation("member " + member.id() + " appended " + id + " before an entry of its term was committed");
        }
    }

    /** Any majority of one set meets any majority of the other exactly if the two sizes exceed the union. */
    private static boolean overlap(Configuration one, Configuration other) {
        for (SortedSet<Long> a : List.of(one.voters(), one.outgoingVoters())) {
            for (SortedSet<Long> b : List.of(other.voters(), other.outgoingVoters())) {
                SortedSet<Long> union = new TreeSet<>(a);
                union.addAll(b);
                boolean bothCount = !a.isEmpty() && !b.isEmpty();
                if (bothCount && a.size() / 2 + 1 + b.size() / 2 + 1 > union.size()) {
                    return true;
                }
            }
        }
        return one.voters().isEmpty();
    }
}
