package io.fairlead.raft.runtime;

import io.fairlead.raft.RaftConfig;
import io.fairlead.raft.RaftListener;
import io.fairlead.raft.message.Configuration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the election timeout with what is measured: it should be an order of magnitude above the time that it takes
 * to reach the others and have their disks answer (§5.6: broadcast time). A first look is taken soon after the start;
 * the log says once in a process what is wrong, {@code explain()} as long as it is.
 *
 * <p><b>Threads:</b> the loop; the log writer for its syncs.
 */
final class TimerAdvice implements RaftListener {
    private static final Logger log = LoggerFactory.getLogger(TimerAdvice.class);

    private static final int ENOUGH = 10;
    private static final double MILLIS = 1e6;

    private final long groupId;
    private final long memberId;
    private final RaftConfig config;
    private final Recent syncs = new Recent();
    private final Map<Long, Recent> roundTrips = new TreeMap<>();
    private Configuration configuration = Configuration.empty();
    private volatile long syncNanos;
    private final AtomicBoolean said;

    /** @param said whether the log has been told already by a group of this process; one is enough */
    TimerAdvice(long groupId, long memberId, RaftConfig config, AtomicBoolean said) {
        this.groupId = groupId;
        this.memberId = memberId;
        this.config = config;
        this.said = said;
    }

    /** Measurements, a few at a time. */
    private static final class Recent {
        private static final int SIZE = 8;
        private final long[] values = new long[SIZE];
        private int count;
        private long median;

        /** Answers whether there is a new median. */
        boolean add(long value) {
            values[count++] = value;
            if (count < SIZE) {
                return false;
            }
            Arrays.sort(values);
            median = values[SIZE / 2];
            count = 0;
            return true;
        }

        /** That of the last few that are complete; 0 before there are so many. */
        long median() {
            return median;
        }
    }

    @Override
    public void onLogSynced(int entries, long bytes, long writeNanos, long tookNanos) {
        if (syncs.add(tookNanos)) {
            syncNanos = syncs.median();
            say(judge(0, 0));
        }
    }

    @Override
    public void onConfigurationChanged(Configuration inForce, long index, boolean committed) {
        configuration = inForce;
        roundTrips.keySet().removeIf(peer -> !inForce.contains(peer));
    }

    /** A peer has answered a heartbeat of this leader. */
    void onAnswer(long peer, long tookNanos) {
        if (roundTrips.computeIfAbsent(peer, any -> new Recent()).add(tookNanos)) {
            say(findings());
        }
    }

    private void say(List<String> findings) {
        if (!findings.isEmpty() && said.compareAndSet(false, true)) {
            log.warn("group={} member={} {}", groupId, memberId, findings.get(0));
        }
    }

    /** What should be changed, if anything. */
    List<String> findings() {
        long farthest = 0;
        long roundTrip = 0;
        for (Map.Entry<Long, Recent> peer : roundTrips.entrySet()) {
            long median = peer.getValue().median();
            if (median > roundTrip && configuration.isVoter(peer.getKey())) {
                farthest = peer.getKey();
                roundTrip = median;
            }
        }
        return judge(farthest, roundTrip);
    }

    private List<String> judge(long farthest, long roundTrip) {
        long broadcast = roundTrip + syncNanos;
        if (broadcast * ENOUGH <= config.electionTimeout().toNanos()) {
            return List.of();
        }
        long wanted = (long) Math.ceil(broadcast * ENOUGH / MILLIS);
        return List.of("election-timeout is " + config.electionTimeout().toMillis()
                + " ms, but a sync of the log takes "
                + millis(syncNanos)
                + (farthest == 0 ? "" : " and the way to member " + farthest + " and back " + millis(roundTrip))
                + ": with less than ten times that, elections split and leaders are unseated for nothing. Set"
                + " election-timeout to " + wanted + "ms or more on all members, and heartbeat-interval to a third of"
                + " it at most; or find out what is slow");
    }

    private static String millis(long nanos) {
        return Math.round(nanos / MILLIS * 10) / 10.0 + " ms";
    }
}
