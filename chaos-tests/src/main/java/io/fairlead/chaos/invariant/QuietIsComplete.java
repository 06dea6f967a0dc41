package io.fairlead.chaos.invariant;

import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Standing;
import java.util.Map;

/** A leader falls silent only when every member has everything on disk: nobody would ask for what is missing. */
final class QuietIsComplete extends Invariant implements Invariant.SeesSteps {
    private final Map<Long, ? extends MemberView> members;
    private final PerMember<Leader> leaders = new PerMember<>(Leader::new);

    private static final class Leader {
        boolean quiet;
    }

    QuietIsComplete(Map<Long, ? extends MemberView> members) {
        super("I17", "a quiet group is complete");
        this.members = members;
    }

    @Override
    public void afterStep(MemberView member) {
        Server server = member.server();
        Leader leader = leaders.of(member.id());
        boolean before = leader.quiet;
        leader.quiet = server != null && server.isQuiet() && server.leads();
        if (server != null && leader.quiet && !before) {
            check(server);
        }
    }

    private void check(Server leader) {
        EntryId last = leader.entryId(leader.lastIndex());
        for (MemberView each : members.values()) {
            Server server = each.server();
            boolean counts = server != null
                    && server.standing() == Standing.WHOLE // Else it may have lost its log since it answered.
                    && leader.configuration().contains(each.id());
            if (counts && !each.durable().holds(last)) {
                throw violation("member " + leader.leader() + " leads and falls silent, but " + each.id()
                        + " does not have " + last + " on disk: " + each.durable());
            }
        }
    }
}
