package io.fairlead.raft.runtime;

import io.fairlead.raft.RaftListener;
import io.fairlead.raft.RaftStatus.Role;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a group, as events of the JDK's flight recorder: they stand beside garbage collections and I/O on the
 * same time line, and cost next to nothing while nobody records.
 *
 * <p><b>Threads:</b> those of {@link RaftListener}.
 */
@SuppressWarnings("UnusedVariable") // The recorder reads the events' fields.
final class FlightEvents implements RaftListener {
    private final long groupId;
    private final long memberId;
    private final long slowSyncNanos;
    private @Nullable Election election;
    private long ledTerm;

    /** @param slowSyncNanos a sync that takes longer is worth an event */
    FlightEvents(long groupId, long memberId, long slowSyncNanos) {
        this.groupId = groupId;
        this.memberId = memberId;
        this.slowSyncNanos = slowSyncNanos;
    }

    @StackTrace(false)
    @Category({"Fairlead", "Raft"})
    private abstract static class RaftEvent extends Event {
        @Label("Group")
        long groupId;

        @Label("Member")
        long memberId;

        final void commitFor(FlightEvents origin) {
            groupId = origin.groupId;
            memberId = origin.memberId;
            commit();
        }
    }

    @Name("io.fairlead.raft.Election")
    @Label("Election")
    @Description("This member stood for election, from the first pre-vote to its end")
    private static final class Election extends RaftEvent {
        @Label("Term")
        long term;

        @Label("Won")
        boolean won;

        @Label("Leader")
        long leader;

        @Label("Because")
        String because = "";
    }

    @Name("io.fairlead.raft.StepDown")
    @Label("Step Down")
    @Description("This member no longer leads")
    private static final class StepDown extends RaftEvent {
        @Label("Term That It Led")
        long term;

        @Label("Because")
        String because = "";
    }

    @Name("io.fairlead.raft.SlowSync")
    @Label("Slow Sync")
    @Description("A sync of the log took longer than a quarter of the election timeout")
    private static final class SlowSync extends RaftEvent {
        @Label("Sync Time")
        @Timespan(Timespan.NANOSECONDS)
        long syncTime;

        @Label("Write Time")
        @Timespan(Timespan.NANOSECONDS)
        long writeTime;

        @Label("Entries")
        int entries;

        @Label("Size")
        @DataAmount
        long bytes;
    }

    @Name("io.fairlead.raft.Snapshot")
    @Label("Snapshot")
    @Description("A snapshot was taken here, or one of another member was fetched and installed")
    private static final class Snapshot extends RaftEvent {
        @Label("Of Member")
        long from;

        @Label("Index")
        long index;

        @Label("Size")
        @DataAmount
        long bytes;

        @Label("Time")
        @Timespan(Timespan.NANOSECONDS)
        long time;
    }

    @Name("io.fairlead.raft.BackPressure")
    @Label("Back Pressure")
    @Description("Proposals were refused because too much was under way")
    private static final class BackPressure extends RaftEvent {
        @Label("Refused")
        long refused;
    }

    @Override
    public void onRoleChanged(Role role, long term, long leader, String why) {
        boolean stands = role == Role.PRE_CANDIDATE || role == Role.CANDIDATE;
        if (stands && election == null) {
            election = new Election();
            election.begin();
        } else if (!stands && election != null) {
            election.term = term;
            election.won = role == Role.LEADER;
            election.leader = leader;
            election.because = why;
            election.commitFor(this);
            election = null;
        }
        if (ledTerm != 0 && (role != Role.LEADER || term != ledTerm)) {
            StepDown event = new StepDown();
            event.term = ledTerm;
            event.because = why;
            event.commitFor(this);
        }
        ledTerm = role == Role.LEADER ? term : 0;
    }

    @Override
    public void onSnapshotTaken(long index, long bytes, long tookNanos) {
        snapshot(memberId, index, bytes, tookNanos);
    }

    @Override
    public void onSnapshotInstalled(long from, long index, long bytes, long tookNanos) {
        snapshot(from, index, bytes, tookNanos);
    }

    private void snapshot(long from, long index, long bytes, long tookNanos) {
        Snapshot event = new Snapshot();
        event.from = from;
        event.index = index;
        event.bytes = bytes;
        event.time = tookNanos;
        event.commitFor(this);
    }

    @Override
    public void onProposalsRefused(long count) {
        BackPressure event = new BackPressure();
        event.refused = count;
        event.commitFor(this);
    }

    @Override
    public void onLogSynced(int entries, long bytes, long writeNanos, long syncNanos) {
        if (syncNanos >= slowSyncNanos) {
            SlowSync event = new SlowSync();
            event.syncTime = syncNanos;
            event.writeTime = writeNanos;
            event.entries = entries;
            event.bytes = bytes;
            event.commitFor(this);
        }
    }
}
