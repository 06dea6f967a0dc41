package io.fairlead.bench.load;

import java.util.ArrayDeque;

/** Answers after a fixed time, except while it stalls; then everything waits for the end of the stall. */
final class FakeServer implements Session {
    private final VirtualTimer timer;
    private final long serviceNanos;
    private final ArrayDeque<Call> refused = new ArrayDeque<>();
    private long stallFrom = Long.MAX_VALUE;
    private long stallTo = Long.MAX_VALUE;
    boolean failing;
    int underWay;
    int mostUnderWay;
    int issued;

    FakeServer(VirtualTimer timer, long serviceNanos) {
        this.timer = timer;
        this.serviceNanos = serviceNanos;
    }

    void stall(long from, long to) {
        stallFrom = from;
        stallTo = to;
    }

    @Override
    public void issue(Operation operation, long key, Call call) {
        issued++;
        if (failing) {
            refused.add(call);
            timer.schedule(() -> refused.remove().onError("refused"), 0);
            return;
        }
        underWay++;
        mostUnderWay = Math.max(mostUnderWay, underWay);
        long end = timer.nanoTime() + serviceNanos;
        if (end > stallFrom && timer.nanoTime() < stallTo) {
            end = Math.max(end, stallTo);
        }
        timer.schedule(
                () -> {
                    underWay--;
                    call.onAnswer(true);
                },
                end - timer.nanoTime());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
