package io.fairlead.chaos.invariant;

import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.spi.Command;

/** Something that must always hold; looks at what happens and throws {@link SafetyViolation} if it does not. */
public abstract class Invariant {
    private final String id;
    private final String name;

    /** Named for reports. */
    protected Invariant(String id, String name) {
        this.id = id;
        this.name = name;
    }

    /** Short and stable, such as {@code I1}. */
    public final String id() {
        return id;
    }

    /** The property in words. */
    public final String name() {
        return name;
    }

    /** A member begins a life; its core has recovered. */
    protected void onStarted(MemberView member) {}

    /** A member did something; its core is alive. */
    protected void afterStep(MemberView member) {}

    /** A member hands a message to the network. */
    protected void onSend(MemberView from, RaftMessage message) {}

    /** A member's state machine was given a command. */
    protected void onApplied(MemberView member, Command command) {}

    /** A member has, or takes over, a snapshot. */
    protected void onSnapshot(MemberView member, SnapshotMeta snapshot) {}

    /** What to throw when this does not hold. */
    protected final SafetyViolation violation(String what) {
        return new SafetyViolation(id, name, what);
    }
}
