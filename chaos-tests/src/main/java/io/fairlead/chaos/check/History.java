package io.fairlead.chaos.check;

import java.util.ArrayList;
import java.util.List;

/**
 * Records calls while they are made.
 *
 * <p><b>Threads:</b> any; calls are recorded in the order in which they get here, so times must come from one clock.
 */
public final class History<I, O> {
    private final List<Operation<I, O>> operations = new ArrayList<>();
    private final List<Call<I, O>> open = new ArrayList<>();

    /** A call that was begun. */
    public static final class Call<I, O> {
        private final History<I, O> history;
        private final long process;
        private final I input;
        private final long invokedAt;
        private boolean ended;

        private Call(History<I, O> history, long process, I input, long invokedAt) {
            this.history = history;
            this.process = process;
            this.input = input;
            this.invokedAt = invokedAt;
        }

        /** The answer came. */
        public void ok(O output, long now) {
            end(new Operation<>(process, input, output, Operation.Outcome.OK, invokedAt, now));
        }

        /** It certainly has no effect. */
        public void failed(long now) {
            end(new Operation<>(process, input, null, Operation.Outcome.FAILED, invokedAt, now));
        }

        /** Nobody knows; the caller goes on as another process. */
        public void unknown() {
            end(new Operation<>(process, input, null, Operation.Outcome.UNKNOWN, invokedAt, Long.MAX_VALUE));
        }

        private void end(Operation<I, O> operation) {
            history.end(this, operation);
        }
    }

    /** A call begins. */
    public synchronized Call<I, O> invoke(long process, I input, long now) {
        Call<I, O> call = new Call<>(this, process, input, now);
        open.add(call);
        return call;
    }

    private synchronized void end(Call<I, O> call, Operation<I, O> operation) {
        if (call.ended) {
            throw new IllegalStateException("answered twice: " + operation);
        }
        call.ended = true;
        open.remove(call);
        operations.add(operation);
    }

    /** Calls that nobody has answered yet. */
    public synchronized int openCalls() {
        return open.size();
    }

    /** All calls that ended, and those that did not as {@link Operation.Outcome#UNKNOWN}. */
    public synchronized List<Operation<I, O>> operations() {
        List<Operation<I, O>> all = new ArrayList<>(operations);
        for (Call<I, O> call : open) {
            all.add(new Operation<>(
                    call.process, call.input, null, Operation.Outcome.UNKNOWN, call.invokedAt, Long.MAX_VALUE));
        }
        return all;
    }
}
