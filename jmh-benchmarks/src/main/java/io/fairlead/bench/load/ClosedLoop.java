package io.fairlead.bench.load;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** A number of clients, each of which sends its next request when it has the answer to the one before. */
final class ClosedLoop extends Driver {
    /** How long a client waits after an error, lest it spins. */
    static final long BACK_OFF_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final List<Session> sessions;
    private final int clients;

    /** @param clients how many requests are under way at any time, spread evenly over {@code sessions} */
    ClosedLoop(RunControl control, Timer timer, Workload.Source source, List<Session> sessions, int clients) {
        super(control, timer, source);
        this.sessions = sessions;
        this.clients = clients;
    }

    @Override
    void begin() {
        for (int i = 0; i < clients; i++) {
            next(new DriverCall(sessions.get(i % sessions.size())));
        }
        sessions.forEach(Session::flush);
    }

    @Override
    void onEnded(DriverCall call, boolean failed) {
        if (failed) {
            timer.schedule(
                    () -> {
                        next(call);
                        call.session.flush();
                    },
                    BACK_OFF_NANOS);
        } else {
            next(call);
        }
    }

    private void next(DriverCall call) {
        if (mayGoOn()) {
            long now = timer.nanoTime();
            send(call, now, now);
        }
    }
}
