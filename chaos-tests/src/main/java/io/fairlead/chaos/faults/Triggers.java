package io.fairlead.chaos.faults;

import io.fairlead.chaos.cluster.SimCluster;
import io.fairlead.chaos.cluster.SimMember;
import io.fairlead.chaos.invariant.MemberView;
import io.fairlead.chaos.sim.Randomness;
import io.fairlead.chaos.sim.SimulatedCrash;
import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.FetchSnapshotChunk;
import io.fairlead.raft.message.InstallSnapshot;
import io.fairlead.raft.message.InstallSnapshotReply;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.RequestVote;
import io.fairlead.raft.message.RequestVoteReply;
import io.fairlead.raft.message.SnapshotChunk;
import io.fairlead.raft.message.TimeoutNow;

/**
 * Lets processes die right at the points where a promise is made or a role changes: uniformly random crashes hardly ever
 * hit them, and that is where the classical defects of Raft implementations are.
 */
final class Triggers {
    private static final long LABEL = 7;

    private final Nemesis nemesis;
    private final SimCluster<?> cluster;
    private Randomness random = Randomness.of(0, "triggers");
    private double onVote;
    private double onAppend;
    private double onAcknowledge;
    private double onRare;
    private double onLeader;
    private double onSnapshot;
    private boolean armed;

    Triggers(Nemesis nemesis, SimCluster<?> cluster) {
        this.nemesis = nemesis;
        this.cluster = cluster;
        cluster.network().onEverySend((message, group) -> onSend(message));
        cluster.onEveryLeader(this::onLeader);
        cluster.checks().onEverySnapshot((member, snapshot) -> onSnapshot(member));
    }

    void arm(Randomness choices) {
        random = choices;
        onVote = choices.chance(0.5) ? choices.unit() * 0.2 : 0;
        onAppend = choices.chance(0.5) ? choices.unit() * 0.01 : 0;
        onAcknowledge = choices.chance(0.5) ? choices.unit() * 0.01 : 0;
        onRare = choices.unit() * 0.1;
        onLeader = choices.chance(0.5) ? choices.unit() * 0.3 : 0;
        onSnapshot = choices.chance(0.5) ? choices.unit() * 0.3 : 0;
        double onName = choices.chance(0.5) ? choices.unit() * 0.05 : 0;
        cluster.members().values().forEach(member -> member.diskFaults().crashAtName = onName);
        armed = true;
    }

    void disarm() {
        armed = false;
    }

    private void onSend(RaftMessage message) {
        if (!armed) {
            return;
        }
        double chance = 0;
        if (message instanceof RequestVote || (message instanceof RequestVoteReply reply && reply.granted())) {
            chance = onVote;
        } else if (message instanceof AppendEntries append && !append.entries().isEmpty()) {
            chance = hasConfiguration(append) ? onRare : onAppend;
        } else if (message instanceof AppendEntriesReply) {
            chance = onAcknowledge;
        } else if (message instanceof TimeoutNow
                || message instanceof InstallSnapshot
                || message instanceof InstallSnapshotReply
                || message instanceof SnapshotChunk
                || message instanceof FetchSnapshotChunk) {
            chance = onRare;
        }
        if (chance > 0 && random.chance(chance)) {
            SimMember<?> member = cluster.member(message.from());
            if (random.chance(0.3)) {
                die(member, "before sending " + message);
                throw new SimulatedCrash("before sending");
            }
            cluster.scheduler().after(random.below(300_000), LABEL, () -> die(member, "having sent " + message));
        }
    }

    private static boolean hasConfiguration(AppendEntries append) {
        for (Entry entry : append.entries()) {
            if (entry.kind() == EntryKind.CONFIGURATION) {
                return true;
            }
        }
        return false;
    }

    /** A snapshot was taken or taken over; the log is not yet cut. */
    private void onSnapshot(MemberView member) {
        if (armed && onSnapshot > 0 && random.chance(onSnapshot)) {
            long delay = random.logUniform(1, 10_000_000);
            cluster.scheduler().after(delay, LABEL, () -> die(cluster.member(member.id()), "having a new snapshot"));
        }
    }

    private void onLeader(SimMember<?> leader) {
        if (armed && onLeader > 0 && random.chance(onLeader)) {
            long delay = random.logUniform(1, 30_000_000);
            cluster.scheduler().after(delay, LABEL, () -> die(leader, "having become leader"));
        }
    }

    private void die(SimMember<?> member, String where) {
        if (armed && member.isUp()) {
            nemesis.count(FaultKind.PROC_TRIGGER);
            member.crash(where);
            nemesis.restartLater(member, random.logUniform(100_000, 400_000_000));
        }
    }
}
