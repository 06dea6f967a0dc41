package io.fairlead.chaos.invariant;

import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Standing;
import java.util.Map;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * When an entry is first known to be committed, a majority of each half of the configuration has it on disk. In one step
 * a leader may commit and then append another configuration, which does not count for what was committed before it; so
 * the configuration at the step's end and the one at its beginning will do.
 *
 * <p>What a member acknowledged before it lost its disk counts until it is whole again: until then it neither votes nor
 * campaigns, in however many lives, so that nobody is elected with its help who lacks the entry (ADR 0008). After that it
 * has the entry again.
 */
final class CommittedIsDurable extends Invariant implements Invariant.SeesSteps {
    private final ClusterLog logs;
    private final Map<Long, ? extends MemberView> members;
    private final PerMember<LastStep> lastSteps = new PerMember<>(LastStep::new);
    private long checked;

    private static final class LastStep {
        @Nullable Configuration configuration;
    }

    CommittedIsDurable(ClusterLog logs, Map<Long, ? extends MemberView> members) {
        super("I6", "committed is durable on a quorum");
        this.logs = logs;
        this.members = members;
    }

    @Override
    public void afterStep(MemberView member) {
        Server server = member.server();
        if (server == null) {
            return;
        }
        Configuration after = server.configuration();
        LastStep last = lastSteps.of(member.id());
        Configuration before = last.configuration;
        last.configuration = after;
        if (logs.committed() > checked) {
            checked = logs.committed();
            check(logs.committedAt(checked), before == null ? after : before, after);
        }
    }

    private void check(EntryId id, Configuration before, Configuration after) {
        if (!isHeldByQuorum(id, after) && !isHeldByQuorum(id, before)) {
            throw violation(id + " is committed, but no quorum has it on disk; " + after
                    + (before.equals(after) ? "" : ", before this step " + before));
        }
    }

    private boolean isHeldByQuorum(EntryId id, Configuration configuration) {
        return isHeldByMajority(id, configuration.voters()) && isHeldByMajority(id, configuration.outgoingVoters());
    }

    private boolean isHeldByMajority(EntryId id, SortedSet<Long> voters) {
        int holders = 0;
        for (Long voter : voters) {
            MemberView member = members.get(voter);
            if (member != null && (member.durable().holds(id) || hadBeforeItsRepair(member, id))) {
                holders++;
            }
        }
        return voters.isEmpty() || holders >= voters.size() / 2 + 1;
    }

    private static boolean hadBeforeItsRepair(MemberView member, EntryId id) {
        Server server = member.server();
        return (server == null || server.standing() != Standing.WHOLE)
                && member.durable().heldOnce(id);
    }
}
