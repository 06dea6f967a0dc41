package io.fairlead.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used so far, as Linux counts it.
 *
 * @param userMicros CPU time in its own code; the kernel counts in steps of 10 ms
 * @param systemMicros CPU time in the kernel on its behalf
 * @param residentBytes memory it occupies now
 * @param peakResidentBytes the most memory it has ever occupied
 */
public record ProcessUsage(long userMicros, long systemMicros, long residentBytes, long peakResidentBytes) {
    /** Microseconds per clock tick of {@code /proc}: USER_HZ is 100 on every Linux that Java runs on. */
    static final long MICROS_PER_TICK = 10_000;

    private static final Path PROC = Path.of("/proc");

    /** CPU time, all of it. */
    public long cpuMicros() {
        return userMicros + systemMicros;
    }

    /**
     * Reads the usage of a process.
     *
     * @throws IOException if there is no such process
     */
    public static ProcessUsage of(long pid) throws IOException {
        Path directory = PROC.resolve(Long.toString(pid));
        return parse(read(directory.resolve("stat")), read(directory.resolve("status")));
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }

    /**
     * Reads what stands in {@code /proc/PID/stat} and {@code /proc/PID/status}.
     *
     * @throws IllegalArgumentException if it is not of the form that the manual describes
     */
    static ProcessUsage parse(String stat, String status) {
        // The second field is the command's name in parentheses, which may itself contain blanks and parentheses.
        int afterName = stat.lastIndexOf(')');
        if (afterName < 0) {
            throw new IllegalArgumentException("no command name in stat: " + stat);
        }
        String[] fields = stat.substring(afterName + 1).strip().split(" ", -1);
        if (fields.length < 13) {
            throw new IllegalArgumentException("stat is too short: " + stat);
        }
        // fields[0] is the third one, the state; utime is the 14th, stime the 15th.
        long user = Long.parseLong(fields[11]) * MICROS_PER_TICK;
        long system = Long.parseLong(fields[12]) * MICROS_PER_TICK;
        return new ProcessUsage(user, system, kibibytes(status, "VmRSS:"), kibibytes(status, "VmHWM:"));
    }

    private static long kibibytes(String status, String key) {
        for (String line : status.split("\n", -1)) {
            if (line.startsWith(key)) {
                String value = line.substring(key.length()).strip();
                return Long.parseLong(value.substring(0, value.indexOf(' '))) << 10;
            }
        }
        return 0; // A kernel thread or a zombie has no memory.
    }
}
