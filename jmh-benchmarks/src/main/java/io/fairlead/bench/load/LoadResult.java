package io.fairlead.bench.load;

import io.fairlead.bench.measure.ProcessSample;
import java.util.List;
import java.util.Map;

/**
 * What came out of a run.
 *
 * @param plan what was asked for
 * @param completed requests that succeeded within the measured time
 * @param measuredNanos the measured time
 * @param recorder latencies and errors
 * @param processes what the watched processes used meanwhile
 * @param threads CPU time of the watched processes by kind of thread, in microseconds
 * @param ownCpuMicros what the load generator itself used meanwhile
 * @param undrained whether requests were still under way when patience ended
 */
public record LoadResult(
        LoadPlan plan,
        long completed,
        long measuredNanos,
        Recorder recorder,
        List<ProcessSample> processes,
        List<Map<String, Long>> threads,
        long ownCpuMicros,
        boolean undrained) {
    /** Throughput. */
    public double opsPerSecond() {
        return completed * 1e9 / measuredNanos;
    }

    /** CPU time of all watched processes together, per request. */
    public double cpuMicrosPerOp() {
        return perOp(processes.stream().mapToLong(ProcessSample::cpuMicros).sum());
    }

    /** {@code micros} divided by the number of requests. */
    public double perOp(long micros) {
        return completed == 0 ? Double.NaN : (double) micros / completed;
    }
}
