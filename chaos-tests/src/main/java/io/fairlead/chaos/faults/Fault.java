package io.fairlead.chaos.faults;

/**
 * One thing that will go wrong.
 *
 * @param number its place in the plan that was drawn
 * @param kind what
 * @param at when it begins, in nanoseconds of virtual time
 * @param duration how long it lasts, if that means something
 * @param choice decides whom it hits, and how hard
 */
public record Fault(int number, FaultKind kind, long at, long duration, long choice) {
    @Override
    public String toString() {
        return String.format("#%d %.3fs %s for %.3fs choice %x", number, at / 1e9, kind, duration / 1e9, choice);
    }
}
