package io.fairlead.bench.embedded;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What this JVM has used up to a moment.
 *
 * @param nanoTime the moment
 * @param cpuNanos CPU time of the process
 * @param allocatedBytes what live threads have allocated
 * @param gcMillis time in garbage collections
 * @param threadCpuNanos CPU time by kind of thread: names without their numbers
 */
record Resources(long nanoTime, long cpuNanos, long allocatedBytes, long gcMillis, Map<String, Long> threadCpuNanos) {
    static Resources now() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        long cpu = system.getProcessCpuTime();
        long[] ids = threads.getAllThreadIds();
        long allocated = 0;
        for (long bytes : threads.getThreadAllocatedBytes(ids)) {
            allocated += Math.max(0, bytes);
        }
        long[] times = threads.getThreadCpuTime(ids);
        ThreadInfo[] infos = threads.getThreadInfo(ids);
        Map<String, Long> byKind = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            if (infos[i] != null && times[i] > 0) {
                byKind.merge(kind(infos[i].getThreadName()), times[i], Long::sum);
            }
        }
        long gc = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            gc += Math.max(0, collector.getCollectionTime());
        }
        return new Resources(System.nanoTime(), cpu, allocated, gc, byKind);
    }

    /** A thread's name without what tells it from its likes. */
    static String kind(String name) {
        return name.replaceAll("[0-9]+", "N");
    }

    /** CPU time by kind of thread since {@code earlier}; what the JVM does besides is under {@code (jvm)}. */
    Map<String, Long> threadCpuNanosSince(Resources earlier) {
        Map<String, Long> result = new TreeMap<>();
        long known = 0;
        for (Map.Entry<String, Long> entry : threadCpuNanos.entrySet()) {
            long used = entry.getValue() - earlier.threadCpuNanos.getOrDefault(entry.getKey(), 0L);
            if (used > 0) {
                result.put(entry.getKey(), used);
                known += used;
            }
        }
        result.put("(jvm)", Math.max(0, cpuNanos - earlier.cpuNanos - known));
        return result;
    }
}
