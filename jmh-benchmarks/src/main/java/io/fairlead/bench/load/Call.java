package io.fairlead.bench.load;

/** One request and whoever waits for its answer; used again for the next one. */
public abstract class Call {
    /** What was asked. */
    protected Operation operation = Operation.PUT;
    /** When the request was due, by {@link System#nanoTime}: what its latency counts from. */
    protected long dueNanos;
    /** When it was handed to the session. */
    protected long sentNanos;

    /**
     * The answer has come.
     *
     * @param found false if a read found nothing
     */
    public abstract void onAnswer(boolean found);

    /** There was an error instead, or there will be no answer. */
    public abstract void onError(String error);

    /** When the request was handed to the session; sessions use it to find calls that take too long. */
    public final long sentNanos() {
        return sentNanos;
    }
}
