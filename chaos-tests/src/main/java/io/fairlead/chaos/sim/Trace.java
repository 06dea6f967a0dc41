package io.fairlead.chaos.sim;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last things that happened, kept as they are and put into words only when somebody asks.
 *
 * <p><b>Threads:</b> one.
 */
public final class Trace {
    private final Scheduler scheduler;
    private final long[] times;
    private final long[] actors;
    private final String[] whats;
    private final @Nullable Object[] details;
    private long count;
    private boolean echo;

    /** Keeps the last {@code capacity} happenings. */
    public Trace(Scheduler scheduler, int capacity) {
        this.scheduler = scheduler;
        times = new long[capacity];
        actors = new long[capacity];
        whats = new String[capacity];
        details = new Object[capacity];
    }

    /** Prints everything at once, too. */
    public void echo(boolean on) {
        echo = on;
    }

    /** Tells if everything is printed at once: then details that nobody wants otherwise are worth a line. */
    public boolean isEchoing() {
        return echo;
    }

    /** Notes that {@code actor} did something; {@code detail} must not change later. 0 is the simulation itself. */
    public void add(long actor, String what, @Nullable Object detail) {
        int slot = (int) (count++ % times.length);
        times[slot] = scheduler.now();
        actors[slot] = actor;
        whats[slot] = what;
        details[slot] = detail;
        if (echo) {
            System.out.println(line(slot));
        }
    }

    /** The last {@code limit} lines, oldest first. */
    public List<String> last(int limit) {
        List<String> lines = new ArrayList<>();
        long first = Math.max(0, count - Math.min(limit, times.length));
        for (long i = first; i < count; i++) {
            lines.add(line((int) (i % times.length)));
        }
        return lines;
    }

    private String line(int slot) {
        long micros = times[slot] / 1000;
        String who = actors[slot] == 0 ? "sim" : "n" + actors[slot];
        Object detail = details[slot];
        return String.format("%6d.%06ds %-4s %s", micros / 1_000_000, micros % 1_000_000, who, whats[slot])
                + (detail == null ? "" : " " + detail);
    }
}
