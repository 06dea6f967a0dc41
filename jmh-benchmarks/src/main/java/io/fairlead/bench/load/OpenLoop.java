package io.fairlead.bench.load;

import java.util.ArrayDeque;
import java.util.List;

/**
 * Sends requests when they are due, not when the server is ready for them. A request that must wait because too many
 * are under way still counts from the time it was due, so a stall of the server shows in every request that fell into
 * it: no coordinated omission.
 */
final class OpenLoop extends Driver {
    /** How soon to look again when too many requests are under way. */
    private static final long BLOCKED_NANOS = 50_000;

    private final List<Session> sessions;
    private final Arrivals arrivals;
    private final int maxInFlight;
    private final ArrayDeque<DriverCall> idle = new ArrayDeque<>();
    private int created;
    private boolean ended;

    OpenLoop(
            RunControl control,
            Timer timer,
            Workload.Source source,
            List<Session> sessions,
            Arrivals arrivals,
            int maxInFlight) {
        super(control, timer, source);
        this.sessions = sessions;
        this.arrivals = arrivals;
        this.maxInFlight = maxInFlight;
    }

    @Override
    void begin() {
        arrivals.start(timer.nanoTime());
        onTimer();
    }

    private void onTimer() {
        if (sendDue()) {
            sessions.forEach(Session::flush);
        }
        if (!ended) {
            long wait = arrivals.due() - timer.nanoTime();
            timer.schedule(this::onTimer, wait > 0 ? wait : BLOCKED_NANOS);
        }
    }

    /** Sends what is due and fits; tells if there was anything. */
    private boolean sendDue() {
        boolean any = false;
        while (!ended && inFlight() < maxInFlight && arrivals.due() <= timer.nanoTime()) {
            if (!mayGoOn()) {
                ended = true;
                break;
            }
            send(idleCall(), arrivals.due(), timer.nanoTime());
            arrivals.advance();
            any = true;
        }
        return any;
    }

    private DriverCall idleCall() {
        DriverCall call = idle.pollFirst();
        return call != null ? call : new DriverCall(sessions.get(created++ % sessions.size()));
    }

    @Override
    void onEnded(DriverCall call, boolean failed) {
        idle.addLast(call);
    }
}
