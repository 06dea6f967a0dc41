package io.fairlead.chaos.invariant;

import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.spi.Command;

/**
 * Something that must always hold; looks at what happens and throws {@link SafetyViolation} if it does not. What it looks
 * at is what it implements.
 */
public abstract class Invariant {
    private final String id;
    private final String name;

    /** Looks at members that begin a life. */
    public interface SeesStarts {
        /** A member begins a life; its core has recovered. */
        void onStarted(MemberView member);
    }

    /** Looks at members after what they did. */
    public interface SeesSteps {
        /** A member did something; its core is alive. */
        void afterStep(MemberView member);
    }

    /** Looks at messages. */
    public interface SeesMessages {
        /** A member hands a message to the network. */
        void onSend(MemberView from, RaftMessage message);
    }

    /** Looks at what state machines are given. */
    public interface SeesCommands {
        /** A member's state machine is given a command. */
        void onApplied(MemberView member, Command command);
    }

    /** Looks at snapshots. */
    public interface SeesSnapshots {
        /** A member has, or takes over, a snapshot. */
        void onSnapshot(MemberView member, SnapshotMeta snapshot);
    }

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

    /** What to throw when this does not hold. */
    protected final SafetyViolation violation(String what) {
        return new SafetyViolation(id, name, what);
    }
}
