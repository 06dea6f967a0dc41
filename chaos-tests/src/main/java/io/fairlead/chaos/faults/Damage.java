package io.fairlead.chaos.faults;

import io.fairlead.chaos.cluster.SimCluster;
import io.fairlead.chaos.cluster.SimMember;
import io.fairlead.chaos.sim.Randomness;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Standing;
import java.util.List;
import java.util.TreeSet;

/**
 * Destroys what members promised to keep: of one voter at a time what the others can give back, which is then demanded of
 * them; or, if that is asked for, whatever of fewer than half of them, who may then refuse to start, but must never be
 * wrong without a word. What a majority loses is lost by right.
 */
final class Damage {
    /** Longer than a leader can believe somebody whole that is not: a pause included. */
    private static final long FRESH_NANOS = 5_000_000_000L;

    private final Nemesis nemesis;
    private final SimCluster<?> cluster;
    private final MembershipNemesis membership;
    private final TreeSet<Long> damaged = new TreeSet<>();
    private long lastLossAt = -FRESH_NANOS;

    Damage(Nemesis nemesis, SimCluster<?> cluster, MembershipNemesis membership) {
        this.nemesis = nemesis;
        this.cluster = cluster;
        this.membership = membership;
    }

    /**
     * Tells if a leader may not know of the newest loss. Then no change of the membership should be asked for: it would
     * make the loser one of two that are needed, and nobody could help but an operator.
     */
    boolean isFresh() {
        return cluster.scheduler().now() - lastLossAt < FRESH_NANOS;
    }

    void inflict(Fault fault, SimMember<?> member, Randomness random) {
        int budget = (cluster.founders() - 1) / 2;
        if (member.id() > cluster.founders()
                || (!damaged.contains(member.id()) && damaged.size() >= budget)
                || isFresh()
                || isAnotherHurt(member)) {
            return;
        }
        damaged.add(member.id());
        member.damaged(fault.kind().id());
        switch (fault.kind()) {
            case DISK_ROT -> flip(member, random);
            case DISK_MISDIRECT -> member.disk().misdirect(1);
            default -> {
                member.wipe();
                nemesis.restartLater(member, fault.duration());
            }
        }
    }

    private boolean isAnotherHurt(SimMember<?> member) {
        return cluster.members().values().stream().anyMatch(other -> {
            Server server = other.server();
            return other != member
                    && !damaged.contains(other.id())
                    && server != null
                    && server.standing().hasLost();
        });
    }

    /**
     * One voter of three or more loses something, if all others are there and have lost nothing, and no other
     * configuration may come into force in which that is not enough.
     */
    void lose(Fault fault, Randomness random) {
        SimMember<?> leader = cluster.leader().orElse(null);
        Server core = leader == null ? null : leader.server();
        if (core == null || membership.isChanging()) {
            return;
        }
        Configuration configuration = core.configuration();
        if (configuration.isJoint() || configuration.voters().size() < 3) {
            return;
        }
        Long unlucky = random.pick(List.copyOf(configuration.voters()));
        for (Long voter : configuration.voters()) {
            if (!voter.equals(unlucky) && !isIntact(voter)) {
                return;
            }
        }
        lastLossAt = cluster.scheduler().now();
        SimMember<?> member = cluster.member(unlucky);
        switch (fault.kind()) {
            case LOSS_BIT -> member.rot(random);
            case LOSS_LOG -> member.loseLog();
            default -> member.wipe();
        }
        nemesis.restartLater(member, random.chance(0.5) ? random.below(5_000_000) : fault.duration());
    }

    private boolean isIntact(long voter) {
        Server server = cluster.member(voter).server();
        return server != null
                && server.standing() == Standing.WHOLE
                && !server.configuration().isJoint()
                && !damaged.contains(voter);
    }

    private static void flip(SimMember<?> member, Randomness random) {
        List<String> files = List.copyOf(member.disk().files().keySet());
        if (!files.isEmpty()) {
            String file = random.pick(files);
            long size = member.disk().files().getOrDefault(file, 0L);
            if (size > 0) {
                member.disk().flipBit(file, random.below(size), (int) random.below(8));
            }
        }
    }
}
