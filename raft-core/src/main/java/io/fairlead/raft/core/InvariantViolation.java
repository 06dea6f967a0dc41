package io.fairlead.raft.core;

/** A rule of the protocol does not hold on this member: it must stop and keep its files. Nothing may catch and go on. */
public final class InvariantViolation extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    InvariantViolation(String rule) {
        super(rule);
    }
}
