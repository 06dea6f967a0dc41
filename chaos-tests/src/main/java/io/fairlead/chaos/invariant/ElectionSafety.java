package io.fairlead.chaos.invariant;

import io.fairlead.raft.core.Server;
import java.util.HashMap;
import java.util.Map;

/** At most one leader is elected in a term, ever (§5.2); and a life that ended does not go on leading in another. */
final class ElectionSafety extends Invariant implements Invariant.SeesSteps {
    private record Leader(long member, int life) {}

    private final Map<Long, Leader> leaders = new HashMap<>();

    private Leader last = new Leader(0, 0);
    private long lastTerm;

    ElectionSafety() {
        super("I1", "election safety");
    }

    @Override
    public void afterStep(MemberView member) {
        Server server = member.server();
        if (server == null || !server.leads()) {
            return;
        }
        if (server.term() == lastTerm && member.id() == last.member && member.life() == last.life) {
            return; // As nearly always.
        }
        Leader leader = new Leader(member.id(), member.life());
        Leader other = leaders.putIfAbsent(server.term(), leader);
        if (other != null && !other.equals(leader)) {
            throw violation("term " + server.term() + " is led by " + other + " and " + leader);
        }
        last = leader;
        lastTerm = server.term();
    }
}
