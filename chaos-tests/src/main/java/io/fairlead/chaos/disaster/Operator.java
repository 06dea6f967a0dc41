package io.fairlead.chaos.disaster;

import io.fairlead.chaos.cluster.SimCluster;
import io.fairlead.chaos.cluster.SimMember;
import io.fairlead.chaos.sim.Randomness;
import io.fairlead.chaos.sim.SimDisk;
import io.fairlead.chaos.sim.SimulatedCrash;
import io.fairlead.raft.DisasterRecovery;
import io.fairlead.raft.RecoveryPlan;
import io.fairlead.raft.Survivor;
import io.fairlead.raft.spi.Disk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Does what the manual says: collects the reports of the survivors, declares the others lost, takes the first survivor
 * against whom the tool has no objection, and runs the tool on its disk until it has come to an end, however often the
 * machine dies meanwhile.
 */
final class Operator {
    private static final int MAX_OPERATIONS = 45;

    private final SimCluster<Long> cluster;
    private final Randomness random;
    private final List<String> objections = new ArrayList<>();

    Operator(SimCluster<Long> cluster) {
        this.cluster = cluster;
        this.random = Randomness.of(cluster.seed(), "operator");
    }

    /**
     * What was done.
     *
     * @param base the survivor that the cluster goes on with
     * @param plan what the tool was told, and says about it
     * @param before what the survivor had
     * @param clusterId the cluster's new number
     */
    record Recovered(SimMember<Long> base, RecoveryPlan plan, Survivor before, long clusterId) {}

    /** What the tool has objected to. */
    List<String> objections() {
        return objections;
    }

    /** Recovers the cluster; empty if the tool objects to every survivor. */
    Optional<Recovered> recover(List<SimMember<Long>> survivors) throws IOException {
        List<SimMember<Long>> order = new ArrayList<>(survivors);
        random.shuffle(order);
        for (SimMember<Long> base : order) {
            RecoveryPlan plan = plan(base, survivors);
            cluster.trace().add(base.id(), "the tool says", plan.objections().isEmpty() ? plan : plan.objections());
            objections.addAll(plan.objections());
            if (plan.objections().isEmpty()) {
                return Optional.of(new Recovered(base, plan, plan.base(), run(base, plan)));
            }
        }
        return Optional.empty();
    }

    private RecoveryPlan plan(SimMember<Long> base, List<SimMember<Long>> survivors) throws IOException {
        List<Survivor> others = new ArrayList<>();
        Set<Long> lost = new HashSet<>();
        Survivor report = report(base);
        for (SimMember<Long> survivor : survivors) {
            if (survivor != base) {
                others.add(Survivor.parse(report(survivor).format()));
            }
        }
        report.groups().forEach(group -> {
            lost.addAll(group.configuration().voters());
            lost.addAll(group.configuration().outgoingVoters());
        });
        survivors.forEach(survivor -> lost.remove(survivor.id()));
        return new RecoveryPlan(report, others, lost, Set.of());
    }

    private static Survivor report(SimMember<Long> member) throws IOException {
        return Survivor.in(member.disk().mount((operation, path, bytes) -> {}));
    }

    /** Runs the tool again and again until it comes to an end; answers the cluster's number then. */
    private long run(SimMember<Long> base, RecoveryPlan plan) throws IOException {
        while (true) {
            try {
                return runOnce(base, plan, random.chance(0.7) ? random.between(1, MAX_OPERATIONS) : Integer.MAX_VALUE);
            } catch (SimulatedCrash crash) {
                cluster.trace().add(base.id(), "the tool dies", crash.getMessage());
                base.disk().crash();
            }
        }
    }

    private long runOnce(SimMember<Long> base, RecoveryPlan plan, int crashAt) throws IOException {
        int[] operations = {0};
        Disk disk = base.disk().mount((operation, path, bytes) -> {
            if (operation != SimDisk.Operation.READ && ++operations[0] == crashAt) {
                throw new SimulatedCrash(operation + " " + path);
            }
        });
        try (DisasterRecovery recovery = DisasterRecovery.open(disk)) {
            long found = recovery.survivor().clusterId();
            long clusterId = found == plan.base().clusterId() ? recovery.forceNewCluster(plan, random::next) : found;
            cluster.trace().add(base.id(), "is recovered as cluster", Long.toHexString(clusterId));
            return clusterId;
        } finally {
            if (random.chance(0.5)) {
                base.disk().crash(); // The machine is switched off.
            }
        }
    }
}
