package io.fairlead.chaos.invariant;

import io.fairlead.raft.core.Server;

/** Whoever is elected has every entry that was committed in earlier terms (§5.4). */
final class LeaderCompleteness extends Invariant implements Invariant.SeesSteps {
    private final ClusterLog logs;
    private final PerMember<Checked> checked = new PerMember<>(Checked::new);

    private static final class Checked {
        long term;
    }

    LeaderCompleteness(ClusterLog logs) {
        super("I4", "leader completeness");
        this.logs = logs;
    }

    @Override
    public void afterStep(MemberView member) {
        Server server = member.server();
        if (server == null || !server.leads()) {
            return;
        }
        Checked before = checked.of(member.id());
        if (before.term == server.term()) {
            return;
        }
        before.term = server.term();
        long committed = logs.committedBefore(server.term());
        if (!logs.agreesUpTo(member, committed)) {
            throw violation("member " + member.id() + " leads term " + server.term() + " without the committed "
                    + logs.committedAt(committed) + "; its log ends at " + server.entryId(server.lastIndex()));
        }
    }
}
