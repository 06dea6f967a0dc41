package io.fairlead.bench.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What several processes used between two moments.
 *
 * @param pid the process
 * @param userMicros CPU time in its own code
 * @param systemMicros CPU time in the kernel
 * @param residentBytes memory at the end
 * @param peakResidentBytes the most memory ever
 */
public record ProcessSample(long pid, long userMicros, long systemMicros, long residentBytes, long peakResidentBytes) {
    /** CPU time, all of it. */
    public long cpuMicros() {
        return userMicros + systemMicros;
    }

    /** The usage of each process now. */
    public static List<ProcessUsage> usages(List<Long> pids) throws IOException {
        List<ProcessUsage> usages = new ArrayList<>(pids.size());
        for (long pid : pids) {
            usages.add(ProcessUsage.of(pid));
        }
        return usages;
    }

    /** The differences between two {@linkplain #usages samples} of the same processes. */
    public static List<ProcessSample> between(List<Long> pids, List<ProcessUsage> before, List<ProcessUsage> after) {
        List<ProcessSample> samples = new ArrayList<>(pids.size());
        for (int i = 0; i < pids.size(); i++) {
            ProcessUsage from = before.get(i);
            ProcessUsage to = after.get(i);
            samples.add(new ProcessSample(
                    pids.get(i),
                    to.userMicros() - from.userMicros(),
                    to.systemMicros() - from.systemMicros(),
                    to.residentBytes(),
                    to.peakResidentBytes()));
        }
        return samples;
    }
}
