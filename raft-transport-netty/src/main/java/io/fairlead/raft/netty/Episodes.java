package io.fairlead.raft.netty;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers what has been logged already, so that what a peer repeats every second is said once per episode. An episode
 * ends when it is {@linkplain #end ended}, or after long silence.
 *
 * <p><b>Threads:</b> any; never on the path of a message.
 */
final class Episodes {
    private static final int MAX_REMEMBERED = 256;
    private static final long SILENCE_NANOS = 60_000_000_000L;

    private final Map<String, Long> lastSeen = new LinkedHashMap<>();

    /** Tells if {@code what} starts an episode. */
    synchronized boolean begins(String what, long nowNanos) {
        Long seen = lastSeen.remove(what);
        lastSeen.put(what, nowNanos);
        if (lastSeen.size() > MAX_REMEMBERED) {
            lastSeen.remove(lastSeen.keySet().iterator().next());
        }
        return seen == null || nowNanos - seen > SILENCE_NANOS;
    }

    /** The next {@code what} will start an episode. */
    synchronized void end(String what) {
        lastSeen.remove(what);
    }
}
