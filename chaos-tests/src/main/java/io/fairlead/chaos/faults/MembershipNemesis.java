package io.fairlead.chaos.faults;

import io.fairlead.chaos.cluster.SimCluster;
import io.fairlead.chaos.cluster.SimMember;
import io.fairlead.chaos.sim.Randomness;
import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Changes who is a member: adds, removes, replaces, promotes, demotes, one or many at a time. */
final class MembershipNemesis {
    private final SimCluster<?> cluster;

    MembershipNemesis(SimCluster<?> cluster) {
        this.cluster = cluster;
    }

    void change(Randomness random) {
        List<Long> ids = new ArrayList<>(cluster.members().keySet());
        SimMember<?> asked =
                cluster.leader().filter(leader -> random.chance(0.9)).isPresent()
                        ? cluster.leader().orElseThrow()
                        : cluster.member(random.pick(ids));
        RaftGroup<?> group = asked.group();
        if (group == null) {
            return;
        }
        Configuration current = group.configuration();
        TreeSet<Long> voters = new TreeSet<>(current.voters());
        TreeSet<Long> learners = new TreeSet<>(current.learners());
        int steps = random.chance(0.6) ? 1 : random.between(2, 4);
        for (int i = 0; i < steps; i++) {
            long id = random.pick(ids);
            if (voters.remove(id)) {
                if (random.chance(0.4)) {
                    learners.add(id);
                }
            } else if (learners.remove(id)) {
                if (random.chance(0.7)) {
                    voters.add(id);
                }
            } else if (random.chance(0.5)) {
                voters.add(id);
            } else {
                learners.add(id);
            }
        }
        if (voters.isEmpty()) {
            return;
        }
        cluster.trace().add(asked.id(), "is asked for voters " + voters + " learners " + learners, null);
        long expected = random.chance(0.5) ? -1 : group.status().configurationIndex();
        Nemesis.ignored(group.changeMembership(
                new Membership(members(voters), members(learners), current.leaderLease()), expected));
    }

    private static List<Member> members(SortedSet<Long> ids) {
        return ids.stream().map(SimCluster::memberOf).toList();
    }
}
