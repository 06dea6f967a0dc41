package io.fairlead.chaos.small;

/**
 * How much may happen in an exploration.
 *
 * @param voters members that found the cluster
 * @param spares members that may join
 * @param messages how many messages may be under way; what is sent beyond that is lost
 * @param left how often each {@link Event} may still happen, four bits for each
 */
public record Bounds(int voters, int spares, int messages, long left) {
    private static final int BITS = 4;
    private static final int MOST = (1 << BITS) - 1;

    /** What happens only so often. Deliveries, completed writes and restarts may always happen. */
    public enum Event {
        /** An election timeout. */
        TIMEOUT,
        /** A heartbeat timeout of a leader. */
        HEARTBEAT,
        /** A command is proposed to a leader. */
        PROPOSE,
        /** A message is lost. */
        DROP,
        /** A message is delivered, and kept to be delivered once more. */
        DUPLICATE,
        /** A member dies, with what it has not yet written. */
        CRASH,
        /** A leader is asked to remove or to add a voter. */
        CHANGE
    }

    /** A cluster to which nothing happens. */
    public static Bounds of(int voters, int spares, int messages) {
        return new Bounds(voters, spares, messages, 0);
    }

    /** Allows an event so many times, at most 15. */
    public Bounds with(Event event, int times) {
        if (times < 0 || times > MOST) {
            throw new IllegalArgumentException(event + " may happen 0 to " + MOST + " times, not " + times);
        }
        long cleared = left & ~((long) MOST << shift(event));
        return new Bounds(voters, spares, messages, cleared | (long) times << shift(event));
    }

    int left(Event event) {
        return (int) (left >>> shift(event)) & MOST;
    }

    boolean allow(Event event) {
        return left(event) > 0;
    }

    Bounds spend(Event event) {
        return with(event, left(event) - 1);
    }

    @SuppressWarnings("EnumOrdinal") // Lives no longer than the process.
    private static int shift(Event event) {
        return event.ordinal() * BITS;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(voters + " voters");
        if (spares > 0) {
            text.append(" and ").append(spares).append(" spares");
        }
        for (Event event : Event.values()) {
            if (allow(event)) {
                text.append(", ")
                        .append(event.name().toLowerCase(java.util.Locale.ROOT))
                        .append(' ')
                        .append(left(event));
            }
        }
        return text.append(", at most ")
                .append(messages)
                .append(" messages under way")
                .toString();
    }
}
