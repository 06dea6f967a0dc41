package io.fairlead.chaos.sim;

/**
 * Ends the task under way because its process dies in the middle of it. Whoever catches it belongs to a process that is
 * dead already: what it still does has no effect.
 */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    /** Made where the process dies; {@code where} names that point. */
    public SimulatedCrash(String where) {
        super("crash at " + where, null, false, false);
    }
}
