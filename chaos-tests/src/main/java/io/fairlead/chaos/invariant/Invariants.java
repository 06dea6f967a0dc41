package io.fairlead.chaos.invariant;

import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.spi.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * All invariants of one simulated cluster. The simulation tells what happens; each call checks and throws {@link
 * SafetyViolation}. Ours are called by their names, which is faster than through a list; others may be added.
 *
 * <p><b>Threads:</b> one.
 */
public final class Invariants {
    private final ClusterLog logs;
    private final ElectionSafety electionSafety;
    private final LeaderAppendOnly leaderAppendOnly;
    private final EntriesAreUnique entriesAreUnique;
    private final LeaderCompleteness leaderCompleteness;
    private final StateMachineSafety stateMachineSafety;
    private final CommittedIsDurable committedIsDurable;
    private final NoUnpersistedPromise noUnpersistedPromise;
    private final Monotonic monotonic;
    private final MembershipSafety membershipSafety;
    private final SnapshotSafety snapshotSafety;
    private final QuietIsComplete quietIsComplete;
    private final AbstractRaft abstractRaft;
    private final List<Invariant.SeesStarts> starts = new ArrayList<>();
    private final List<Invariant.SeesSteps> steps = new ArrayList<>();
    private final List<Invariant.SeesMessages> messages = new ArrayList<>();
    private final List<Invariant.SeesCommands> commands = new ArrayList<>();
    private final List<Invariant.SeesSnapshots> snapshots = new ArrayList<>();
    private final PerMember<Picture> pictures = new PerMember<>(Picture::new);
    private long unchanged;
    private long checks;

    private static final int LOOKED_AT_ANYWAY = 64;
    private static final int STEP_CHECKS = 10;
    private static final int MESSAGE_CHECKS = 3;

    /** Those of a cluster whose members are, at any time, the values of {@code members}. */
    public Invariants(Map<Long, ? extends MemberView> members) {
        this(members, EntryId.ZERO, 0);
    }

    /**
     * Those of a cluster that goes on after a disaster.
     *
     * @param beforeFirst the entry behind which the log begins that all of its logs go back to
     * @param forcedIndex where that has the configuration that was forced
     */
    public Invariants(Map<Long, ? extends MemberView> members, EntryId beforeFirst, long forcedIndex) {
        this.logs = new ClusterLog(beforeFirst);
        electionSafety = new ElectionSafety();
        leaderAppendOnly = new LeaderAppendOnly(logs);
        entriesAreUnique = new EntriesAreUnique();
        leaderCompleteness = new LeaderCompleteness(logs);
        stateMachineSafety = new StateMachineSafety(logs);
        committedIsDurable = new CommittedIsDurable(logs, members);
        noUnpersistedPromise = new NoUnpersistedPromise(members);
        monotonic = new Monotonic();
        membershipSafety = new MembershipSafety(logs, forcedIndex);
        snapshotSafety = new SnapshotSafety(logs);
        quietIsComplete = new QuietIsComplete(members);
        abstractRaft = new AbstractRaft(logs);
    }

    /** Adds one more. */
    public void add(Invariant invariant) {
        if (invariant instanceof Invariant.SeesStarts sees) {
            starts.add(sees);
        }
        if (invariant instanceof Invariant.SeesSteps sees) {
            steps.add(sees);
        }
        if (invariant instanceof Invariant.SeesMessages sees) {
            messages.add(sees);
        }
        if (invariant instanceof Invariant.SeesCommands sees) {
            commands.add(sees);
        }
        if (invariant instanceof Invariant.SeesSnapshots sees) {
            snapshots.add(sees);
        }
    }

    /** Has somebody told of every snapshot, who need not judge it. */
    public void onEverySnapshot(Invariant.SeesSnapshots observer) {
        snapshots.add(observer);
    }

    /** What is committed. */
    public ClusterLog logs() {
        return logs;
    }

    /** How many checks were made. */
    public long checks() {
        return checks;
    }

    /** A member begins a life. */
    public void onStarted(MemberView member) {
        leaderAppendOnly.onStarted(member);
        monotonic.onStarted(member);
        abstractRaft.onStarted(member);
        starts.forEach(invariant -> invariant.onStarted(member));
        afterStep(member);
    }

    /** A member did something. Most steps leave everything as it was that invariants look at: then they hold still. */
    public void afterStep(MemberView member) {
        Server server = member.server();
        if (server == null || !isChanged(member, server)) {
            return;
        }
        checks += STEP_CHECKS + steps.size();
        logs.update(member, server);
        logs.commit(member, server);
        electionSafety.afterStep(member);
        leaderAppendOnly.afterStep(member);
        leaderCompleteness.afterStep(member);
        committedIsDurable.afterStep(member);
        monotonic.afterStep(member);
        membershipSafety.afterStep(member);
        quietIsComplete.afterStep(member);
        abstractRaft.afterStep(member);
        for (int i = 0; i < steps.size(); i++) {
            steps.get(i).afterStep(member);
        }
    }

    private boolean isChanged(MemberView member, Server server) {
        checks++;
        return pictures.of(member.id()).take(member, server) || ++unchanged % LOOKED_AT_ANYWAY == 0;
    }

    /** A member sends. */
    public void onSend(MemberView from, RaftMessage message) {
        checks += MESSAGE_CHECKS + messages.size();
        entriesAreUnique.onSend(from, message);
        noUnpersistedPromise.onSend(from, message);
        abstractRaft.onSend(from, message);
        for (int i = 0; i < messages.size(); i++) {
            messages.get(i).onSend(from, message);
        }
    }

    /** A member's state machine is given a command. */
    public void onApplied(MemberView member, Command command) {
        checks += 1 + commands.size();
        stateMachineSafety.onApplied(member, command);
        for (int i = 0; i < commands.size(); i++) {
            commands.get(i).onApplied(member, command);
        }
    }

    /** A member took, or takes over, a snapshot. */
    public void onSnapshot(MemberView member, SnapshotMeta snapshot) {
        checks += 1 + snapshots.size();
        snapshotSafety.onSnapshot(member, snapshot);
        for (int i = 0; i < snapshots.size(); i++) {
            snapshots.get(i).onSnapshot(member, snapshot);
        }
    }
}
