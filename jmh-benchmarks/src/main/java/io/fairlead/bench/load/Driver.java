package io.fairlead.bench.load;

import io.fairlead.bench.load.RunControl.Phase;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends requests and records what becomes of them. What the closed and the open loop have in common.
 *
 * <p><b>Threads:</b> all methods on the driver's event loop, except {@link #answered}, {@link #measured} and {@link
 * #drained}, which any thread may call.
 */
abstract class Driver {
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong measured = new AtomicLong();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final Recorder recorder = new Recorder();
    private final RunControl control;
    final Timer timer;
    final Workload.Source source;
    private boolean measuring;
    private int inFlight;

    Driver(RunControl control, Timer timer, Workload.Source source) {
        this.control = control;
        this.timer = timer;
        this.source = source;
    }

    /** Starts to send. */
    abstract void begin();

    /** Called after a request has ended one way or the other. */
    abstract void onEnded(DriverCall call, boolean failed);

    final void send(DriverCall call, long due, long now) {
        inFlight++;
        call.operation = source.nextOperation();
        call.dueNanos = due;
        call.sentNanos = now;
        call.session.issue(call.operation, source.nextKey(), call);
    }

    /** Tells if new requests may be sent, and takes notice of a new phase. */
    final boolean mayGoOn() {
        Phase phase = control.phase();
        if (phase != Phase.WARM_UP && !measuring) {
            measuring = true;
            recorder.start(control.measureStartNanos());
        }
        if (phase == Phase.STOP) {
            checkDrained();
            return false;
        }
        return true;
    }

    final int inFlight() {
        return inFlight;
    }

    private void checkDrained() {
        if (inFlight == 0) {
            drained.complete(null);
        }
    }

    private boolean isMeasured(DriverCall call) {
        mayGoOn();
        return measuring && call.dueNanos >= control.measureStartNanos();
    }

    private void ended(DriverCall call, boolean failed) {
        inFlight--;
        answered.lazySet(answered.get() + 1);
        if (!failed && control.phase() == Phase.MEASURE) {
            measured.lazySet(measured.get() + 1);
        }
        onEnded(call, failed);
        if (control.phase() == Phase.STOP) {
            checkDrained();
        }
    }

    /** Requests that have ended since the beginning. */
    final long answered() {
        return answered.get();
    }

    /** Requests that succeeded while measuring was on, including those that were sent before. */
    final long measured() {
        return measured.get();
    }

    /** The run is over: takes the last gap into account. */
    final Recorder finish(long end) {
        mayGoOn();
        recorder.end(end);
        return recorder;
    }

    /** Completes when the run is over and nothing is under way. */
    final CompletableFuture<Void> drained() {
        return drained;
    }

    /** One request of this driver. */
    final class DriverCall extends Call {
        final Session session;

        DriverCall(Session session) {
            this.session = session;
        }

        @Override
        public void onAnswer(boolean found) {
            if (isMeasured(this)) {
                recorder.success(operation, dueNanos, sentNanos, timer.nanoTime(), found);
            }
            ended(this, false);
        }

        @Override
        public void onError(String error) {
            if (isMeasured(this)) {
                recorder.error(operation.label() + ": " + error);
            }
            ended(this, true);
        }
    }
}
