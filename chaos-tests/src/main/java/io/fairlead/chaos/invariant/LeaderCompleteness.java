package io.fairlead.chaos.invariant;

import io.fairlead.raft.core.Server;
import java.util.HashMap;
import java.util.Map;

/** Whoever is elected has every entry that was committed in earlier terms (§5.4). */
final class LeaderCompleteness extends Invariant {
    private final ClusterLog logs;
    private final Map<Long, Long> checkedTerm = new HashMap<>();

    LeaderCompleteness(ClusterLog logs) {
        super("I4", "leader completeness");
        this.logs = logs;
    }

    @Override
    protected void afterStep(MemberView member) {
        Server server = member.server();
        if (server == null || !server.role().equals("LEADER")) {
            return;
        }
        Long checked = checkedTerm.put(member.id(), server.term());
        if (checked != null && checked == server.term()) {
            return;
        }
        long committed = logs.committedBefore(server.term());
        if (!logs.agreesUpTo(member, committed)) {
            throw violation("member " + member.id() + " leads term " + server.term() + " without the committed "
                    + logs.committedAt(committed) + "; its log ends at " + server.entryId(server.lastIndex()));
        }
    }
}
