package io.fairlead.chaos.faults;

import io.fairlead.chaos.cluster.SimCluster;
import io.fairlead.chaos.cluster.SimMember;
import io.fairlead.chaos.sim.Randomness;
import java.util.List;
import java.util.TreeSet;

/**
 * Destroys what members promised to keep: of fewer than half of them, since what is damaged on a majority is lost by
 * right. A damaged member may refuse to start; it must never be wrong without a word.
 */
final class Damage {
    private final Nemesis nemesis;
    private final SimCluster<?> cluster;
    private final TreeSet<Long> damaged = new TreeSet<>();

    Damage(Nemesis nemesis, SimCluster<?> cluster) {
        this.nemesis = nemesis;
        this.cluster = cluster;
    }

    void inflict(Fault fault, SimMember<?> member, Randomness random) {
        int budget = (cluster.founders() - 1) / 2;
        if (member.id() > cluster.founders() || (!damaged.contains(member.id()) && damaged.size() >= budget)) {
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
