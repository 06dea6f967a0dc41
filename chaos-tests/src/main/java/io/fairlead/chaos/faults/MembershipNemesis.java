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
import java.util.concurrent.CompletableFuture;

/** Changes who is a member: adds, removes, replaces, promotes, demotes, one or many at a time. */
final class MembershipNemesis {
    private final SimCluster<?> cluster;
    private final List<Request> requests = new ArrayList<>();

    private record Request(SimMember<?> asked, int life, CompletableFuture<?> answer) {
        boolean isOpen() {
            return asked.isUp() && asked.life() == life && !answer.isDone();
        }
    }

    MembershipNemesis(SimCluster<?> cluster) {
        this.cluster = cluster;
    }

    /** Tells if a change that was asked for may still be on its way. */
    boolean isChanging() {
        requests.removeIf(request -> !request.isOpen());
        return !requests.isEmpty();
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
        Membership wanted = new Membership(members(voters), members(learners), current.leaderLease());
        requests.add(new Request(
                asked,
                asked.life(),
                group.changeMembership(wanted, expected)
                        .exceptionally(failure -> current)
                        .toCompletableFuture()));
    }

    private static List<Member> members(SortedSet<Long> ids) {
        return ids.stream().map(SimCluster::memberOf).toList();
    }
}
