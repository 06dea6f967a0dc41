package io.fairlead.chaos.invariant;

import io.fairlead.raft.core.Server;
import java.util.HashMap;
import java.util.Map;

/** A leader never overwrites or deletes entries in its log while it leads (§5.3). */
final class LeaderAppendOnly extends Invariant {
    private final ClusterLog logs;
    private final Map<Long, Long> ledTerm = new HashMap<>();

    LeaderAppendOnly(ClusterLog logs) {
        super("I2", "leader append-only");
        this.logs = logs;
    }

    @Override
    protected void onStarted(MemberView member) {
        ledTerm.remove(member.id());
    }

    @Override
    protected void afterStep(MemberView member) {
        Server server = member.server();
        if (server == null || !server.role().equals("LEADER")) {
            ledTerm.remove(member.id());
            return;
        }
        Long before = ledTerm.put(member.id(), server.term());
        if (before != null && before == server.term() && logs.mirror(member.id()).shrunk) {
            throw violation("member " + member.id() + " removed entries while it led term " + server.term());
        }
    }
}
