package io.fairlead.chaos.invariant;

/** An invariant does not hold: the code under test is wrong, or the invariant is. */
public final class SafetyViolation extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final String id;

    /**
     * Made by the invariant that is hurt.
     *
     * @param id short and stable, such as {@code I1}
     * @param name the property, such as {@code election safety}
     * @param what what was seen
     */
    public SafetyViolation(String id, String name, String what) {
        super(id + " " + name + ": " + what);
        this.id = id;
    }

    /** The invariant's id. */
    public String id() {
        return id;
    }
}
