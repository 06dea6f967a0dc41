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
 * SafetyViolation}.
 *
 * <p><b>Threads:</b> one.
 */
public final class Invariants {
    private final ClusterLog logs;
    private final List<Invariant> all = new ArrayList<>();
    private final List<Picture> pictures = new ArrayList<>();
    private long unchanged;
    private long checks;

    private static final int LOOKED_AT_ANYWAY = 64;

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
        all.add(new ElectionSafety());
        all.add(new LeaderAppendOnly(logs));
        all.add(new EntriesAreUnique());
        all.add(new LeaderCompleteness(logs));
        all.add(new StateMachineSafety(logs));
        all.add(new CommittedIsDurable(logs, members));
        all.add(new NoUnpersistedPromise(members));
        all.add(new Monotonic());
        all.add(new MembershipSafety(logs, forcedIndex));
        all.add(new SnapshotSafety(logs));
        all.add(new QuietIsComplete(members));
        all.add(new AbstractRaft(logs));
    }

    /** Adds one of the user's own. */
    public void add(Invariant invariant) {
        all.add(invariant);
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
        all.forEach(invariant -> invariant.onStarted(member));
        afterStep(member);
    }

    /** A member did something. Most steps leave everything as it was that invariants look at: then they hold still. */
    public void afterStep(MemberView member) {
        Server server = member.server();
        if (server == null || !isChanged(member, server)) {
            return;
        }
        logs.update(member, server);
        logs.commit(member, server);
        checks += 2 + all.size();
        for (int i = 0; i < all.size(); i++) {
            all.get(i).afterStep(member);
        }
    }

    private boolean isChanged(MemberView member, Server server) {
        while (pictures.size() <= member.id()) {
            pictures.add(new Picture());
        }
        checks++;
        return pictures.get((int) member.id()).take(member, server) || ++unchanged % LOOKED_AT_ANYWAY == 0;
    }

    /** A member sends. */
    public void onSend(MemberView from, RaftMessage message) {
        checks += all.size();
        for (int i = 0; i < all.size(); i++) {
            all.get(i).onSend(from, message);
        }
    }

    /** A member's state machine is given a command. */
    public void onApplied(MemberView member, Command command) {
        checks += all.size();
        for (int i = 0; i < all.size(); i++) {
            all.get(i).onApplied(member, command);
        }
    }

    /** A member took, or takes over, a snapshot. */
    public void onSnapshot(MemberView member, SnapshotMeta snapshot) {
        checks += all.size();
        for (int i = 0; i < all.size(); i++) {
            all.get(i).onSnapshot(member, snapshot);
        }
    }
}
