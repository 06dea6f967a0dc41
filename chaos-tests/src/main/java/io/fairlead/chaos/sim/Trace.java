package io.fairlead.chaos.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last things that happened, kept as they are and put into words only when somebody asks.
 *
 * <p><b>Threads:</b> one.
 */
public final class Trace {
    private static final long NEVER = -1;

    private final Scheduler scheduler;
    private final long[] times;
    private final long[] sent;
    private final long[] actors;
    private final State[] states;
    private final String[] whats;
    private final @Nullable Object[] details;
    private long count;
    private boolean echo;

    /** What a member is from some moment on. */
    public enum State {
        /** What it was before. */
        SAME,
        /** Dead. */
        DOWN,
        /** Alive; its role is not known. */
        UP,
        /** Follows. */
        FOLLOWER,
        /** Wants to lead. */
        CANDIDATE,
        /** Leads. */
        LEADER
    }

    /**
     * One thing that happened. Times in nanoseconds.
     *
     * @param time when
     * @param sentAt for a message that arrived, when it was sent; else -1
     * @param actor the member; 0 is the simulation itself
     * @param state what the member is from now on
     * @param what in words
     * @param detail what it was about
     */
    public record Happening(
            long time,
            long sentAt,
            long actor,
            State state,
            String what,
            @Nullable Object detail) {
        /** When, who, and what, in columns. */
        @Override
        public String toString() {
            long micros = time / 1000;
            String who = actor == 0 ? "sim" : "n" + actor;
            return String.format("%6d.%06ds %-4s %s", micros / 1_000_000, micros % 1_000_000, who, text());
        }

        /** What, without when and who. */
        public String text() {
            return detail == null ? what : what + " " + detail;
        }
    }

    /** Keeps the last {@code capacity} happenings. */
    public Trace(Scheduler scheduler, int capacity) {
        this.scheduler = scheduler;
        times = new long[capacity];
        sent = new long[capacity];
        actors = new long[capacity];
        states = new State[capacity];
        Arrays.fill(states, State.SAME);
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
        add(actor, State.SAME, NEVER, what, detail);
    }

    /** Notes that {@code actor} is something else now. */
    public void becomes(long actor, State state, String what, @Nullable Object detail) {
        add(actor, state, NEVER, what, detail);
    }

    /** Notes that {@code actor} was reached by a message. */
    public void arrives(long actor, long sentAt, String what, Object message) {
        add(actor, State.SAME, sentAt, what, message);
    }

    private void add(long actor, State state, long sentAt, String what, @Nullable Object detail) {
        int slot = (int) (count++ % times.length);
        times[slot] = scheduler.now();
        sent[slot] = sentAt;
        actors[slot] = actor;
        states[slot] = state;
        whats[slot] = what;
        details[slot] = detail;
        if (echo) {
            System.out.println(happening(slot));
        }
    }

    /** The last {@code limit} happenings, oldest first. */
    public List<Happening> last(int limit) {
        List<Happening> happenings = new ArrayList<>();
        long first = Math.max(0, count - Math.min(limit, times.length));
        for (long i = first; i < count; i++) {
            happenings.add(happening((int) (i % times.length)));
        }
        return happenings;
    }

    private Happening happening(int slot) {
        return new Happening(times[slot], sent[slot], actors[slot], states[slot], whats[slot], details[slot]);
    }
}
