package io.fairlead.chaos.invariant;

import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.SnapshotMeta;

/** A snapshot stands for committed entries only (§7), and every log begins at or before the newest snapshot. */
final class SnapshotSafety extends Invariant implements Invariant.SeesSnapshots {
    private final ClusterLog logs;

    SnapshotSafety(ClusterLog logs) {
        super("I12", "snapshots stand for what is committed");
        this.logs = logs;
    }

    @Override
    public void onSnapshot(MemberView member, SnapshotMeta snapshot) {
        EntryId included = snapshot.lastIncluded();
        if (included.index() > logs.committed()) {
            throw violation(
                    "member " + member.id() + " has a snapshot at " + included + ", committed is " + logs.committed());
        }
        if (included.index() > 0 && !logs.committedAt(included.index()).equals(included)) {
            throw violation("member " + member.id() + " has a snapshot at " + included + ", committed there is "
                    + logs.committedAt(included.index()));
        }
        if (snapshot.configurationIndex() > included.index()) {
            throw violation(
                    "snapshot at " + included + " carries the configuration of " + snapshot.configurationIndex());
        }
    }
}
