package io.fairlead.chaos.invariant;

import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import java.util.Map;
import java.util.SortedSet;

/** When an entry is first known to be committed, a majority of each half of the configuration has it on disk. */
final class CommittedIsDurable extends Invariant {
    private final ClusterLog logs;
    private final Map<Long, ? extends MemberView> members;
    private long checked;

    CommittedIsDurable(ClusterLog logs, Map<Long, ? extends MemberView> members) {
        super("I6", "committed is durable on a quorum");
        this.logs = logs;
        this.members = members;
    }

    @Override
    protected void afterStep(MemberView member) {
        Server server = member.server();
        if (server == null || logs.committed() <= checked) {
            return;
        }
        checked = logs.committed();
        EntryId id = logs.committedAt(checked);
        Configuration configuration = server.configuration();
        check(id, configuration, configuration.voters());
        check(id, configuration, configuration.outgoingVoters());
    }

    private void check(EntryId id, Configuration configuration, SortedSet<Long> voters) {
        int holders = 0;
        for (Long voter : voters) {
            MemberView member = members.get(voter);
            if (member != null && member.durable().holds(id)) {
                holders++;
            }
        }
        if (!voters.isEmpty() && holders < voters.size() / 2 + 1) {
            throw violation(id + " is committed, but only " + holders + " of the voters " + voters
                    + " have it on disk; " + configuration);
        }
    }
}
