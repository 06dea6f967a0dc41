package io.fairlead.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What one driver saw. Latencies in nanoseconds. <b>Threads:</b> the driver's, and afterwards whoever reads. */
public final class Recorder {
    /** Longest latency that is told from longer ones. */
    static final long MAX_NANOS = TimeUnit.MINUTES.toNanos(10);

    private static final long LOWEST_NANOS = 100;
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MAX_INTERVALS = 3600;

    private final Histogram[] byOperation = new Histogram[Operation.count()];
    private final Histogram lateness = newHistogram(3);
    private final List<Histogram> intervals = new ArrayList<>();
    private final Map<String, Long> errors = new TreeMap<>();
    private long startNanos;
    private long lastSuccessNanos;
    private long longestGapNanos;
    private long notFound;

    /** Counts from time 0 until it is started. */
    public Recorder() {
        start(0);
    }

    /** An empty histogram that suits latencies. */
    static Histogram newHistogram(int digits) {
        return new Histogram(LOWEST_NANOS, MAX_NANOS, digits);
    }

    /** Forgets everything and starts to count at {@code now}. */
    public final void start(long now) {
        for (Operation operation : Operation.values()) {
            byOperation[operation.number()] = newHistogram(3);
        }
        lateness.reset();
        intervals.clear();
        errors.clear();
        startNanos = now;
        lastSuccessNanos = now;
        longestGapNanos = 0;
        notFound = 0;
    }

    /**
     * An operation succeeded.
     *
     * @param due when it should have started
     * @param sent when it did start
     */
    public void success(Operation operation, long due, long sent, long now, boolean found) {
        long latency = clamp(now - due);
        byOperation[operation.number()].recordValue(latency);
        lateness.recordValue(clamp(sent - due));
        intervalAt(now).recordValue(latency);
        longestGapNanos = Math.max(longestGapNanos, now - lastSuccessNanos);
        lastSuccessNanos = Math.max(lastSuccessNanos, now);
        if (!found) {
            notFound++;
        }
    }

    /** An operation failed. */
    public void error(String error) {
        errors.merge(error, 1L, Long::sum);
    }

    /** No more operations come; a gap at the end counts too. */
    public void end(long now) {
        longestGapNanos = Math.max(longestGapNanos, now - lastSuccessNanos);
    }

    private Histogram intervalAt(long now) {
        int number = (int) Math.min(Math.max(0, now - startNanos) / INTERVAL_NANOS, MAX_INTERVALS - 1);
        while (intervals.size() <= number) {
            intervals.add(newHistogram(2));
        }
        return intervals.get(number);
    }

    private static long clamp(long nanos) {
        return Math.max(0, Math.min(nanos, MAX_NANOS));
    }

    /** Adds what another driver saw in the same time. */
    public void add(Recorder other) {
        for (int i = 0; i < byOperation.length; i++) {
            byOperation[i].add(other.byOperation[i]);
        }
        lateness.add(other.lateness);
        for (int i = 0; i < other.intervals.size(); i++) {
            intervalAt(startNanos + i * INTERVAL_NANOS).add(other.intervals.get(i));
        }
        other.errors.forEach((error, count) -> errors.merge(error, count, Long::sum));
        longestGapNanos = Math.min(longestGapNanos, other.longestGapNanos);
        notFound += other.notFound;
    }

    /** Latencies of one operation. */
    public Histogram histogram(Operation operation) {
        return byOperation[operation.number()];
    }

    /** Latencies of all operations together. */
    public Histogram total() {
        Histogram total = newHistogram(3);
        for (Histogram histogram : byOperation) {
            total.add(histogram);
        }
        return total;
    }

    /** How much later than due requests were sent: the load generator's own fault. */
    public Histogram lateness() {
        return lateness;
    }

    /** Latencies by the second in which the answers came. */
    public List<Histogram> intervals() {
        return intervals;
    }

    /** How often each error occurred. */
    public Map<String, Long> errors() {
        return errors;
    }

    /** All errors. */
    public long errorCount() {
        return errors.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Reads that found no key. */
    public long notFound() {
        return notFound;
    }

    /** The longest time between two successes; over several drivers the shortest, an upper bound of what all saw. */
    public long longestGapNanos() {
        return longestGapNanos;
    }
}
