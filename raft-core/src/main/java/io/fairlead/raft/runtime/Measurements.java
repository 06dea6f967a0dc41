package io.fairlead.raft.runtime;

import io.fairlead.raft.Metric;
import io.fairlead.raft.ProposalTimes;
import io.fairlead.raft.RaftListener;
import io.fairlead.raft.RaftStatus;
import io.fairlead.raft.RaftStatus.Role;
import io.fairlead.raft.message.Standing;
import io.fairlead.raft.spi.Metrics;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Turns what happens to a group into numbers.
 *
 * <p><b>Threads:</b> those of {@link RaftListener}; gauges are asked for on any.
 */
final class Measurements implements RaftListener {
    private final PublishedState published;
    private final PendingProposals<?> proposals;
    private final AtomicInteger reads;
    private final Metrics.Recorder recorder;
    private volatile long diskDelay;
    private long leader;
    private Role role = Role.FOLLOWER;

    Measurements(
            long groupId,
            Metrics metrics,
            PublishedState published,
            PendingProposals<?> proposals,
            AtomicInteger reads) {
        this.published = published;
        this.proposals = proposals;
        this.reads = reads;
        this.recorder = metrics.open(groupId, this::now);
    }

    private long now(Metric gauge) {
        RaftStatus status = published.status();
        return switch (gauge) {
            case TERM -> status.term();
            case LEADER -> status.leader();
            case IS_LEADER -> status.role() == Role.LEADER ? 1 : 0;
            case IN_REPAIR -> status.standing() == Standing.WHOLE ? 0 : 1;
            case FIRST_INDEX -> status.firstIndex();
            case LAST_INDEX -> status.lastIndex();
            case DURABLE_INDEX -> status.durableIndex();
            case COMMIT_INDEX -> status.commitIndex();
            case APPLIED_INDEX -> status.appliedIndex();
            case PENDING_PROPOSALS -> proposals.size();
            case PENDING_READS -> reads.get();
            case DISK_DELAY -> diskDelay;
            default -> throw new IllegalArgumentException(gauge + " is no gauge");
        };
    }

    @Override
    public void onRoleChanged(Role newRole, long term, long newLeader, String why) {
        if (newRole == Role.CANDIDATE && role != Role.CANDIDATE) {
            recorder.add(Metric.ELECTIONS, 1);
        }
        if (newLeader != 0 && newLeader != leader) {
            leader = newLeader;
            recorder.add(Metric.LEADER_CHANGES, 1);
        }
        role = newRole;
    }

    @Override
    public void onSnapshotTaken(long index, long bytes, long tookNanos) {
        recorder.add(Metric.SNAPSHOTS_TAKEN, 1);
        recorder.record(Metric.SNAPSHOT_TAKE_TIME, tookNanos);
    }

    @Override
    public void onSnapshotInstalled(long from, long index, long bytes, long tookNanos) {
        recorder.add(Metric.SNAPSHOTS_INSTALLED, 1);
        recorder.record(Metric.SNAPSHOT_INSTALL_TIME, tookNanos);
    }

    @Override
    public void onDiskDelayed(long nanos) {
        diskDelay = nanos;
    }

    @Override
    public void onProposalsRefused(long count) {
        recorder.add(Metric.PROPOSALS_REFUSED, count);
    }

    @Override
    public void onStopped(@Nullable Throwable cause) {
        recorder.close();
    }

    @Override
    public void onProposalTimed(ProposalTimes times) {
        recorder.record(Metric.PROPOSAL_GATHER_TIME, times.gatherNanos());
        recorder.record(Metric.PROPOSAL_QUORUM_TIME, times.quorumNanos());
        recorder.record(Metric.PROPOSAL_WAIT_TIME, times.waitNanos());
        recorder.record(Metric.PROPOSAL_APPLY_TIME, times.applyNanos());
        recorder.record(Metric.PROPOSAL_ANSWER_TIME, times.answerNanos());
    }

    @Override
    public void onApplied(int commands, long tookNanos) {
        recorder.add(Metric.COMMANDS_APPLIED, commands);
        recorder.record(Metric.APPLY_BATCH, commands);
        recorder.record(Metric.APPLY_TIME, tookNanos);
    }

    @Override
    public void onLogSynced(int entries, long bytes, long writeNanos, long syncNanos) {
        recorder.add(Metric.LOG_ENTRIES, entries);
        recorder.add(Metric.LOG_BYTES, bytes);
        recorder.record(Metric.LOG_WRITE_TIME, writeNanos);
        recorder.record(Metric.LOG_SYNC_TIME, syncNanos);
    }

    @Override
    public void onRoundTrip(long member, long tookNanos) {
        recorder.record(Metric.ROUND_TRIP_TIME, tookNanos);
    }
}
