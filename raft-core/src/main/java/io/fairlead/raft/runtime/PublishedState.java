package io.fairlead.raft.runtime;

import io.fairlead.raft.RaftStatus;
import io.fairlead.raft.RaftStatus.Role;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Standing;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The one place where other threads see what the loop and the applier know.
 *
 * <p><b>Threads:</b> the loop publishes after each step, the applier after each batch, both with release stores; any
 * thread reads with acquire loads. What belongs together is one immutable record, so that a reader never sees halves of
 * two steps.
 */
final class PublishedState {
    private final AtomicReference<RaftStatus> status;
    private final AtomicReference<Configuration> configuration;
    private final AtomicLong appliedIndex;
    private String roleName = "";
    private Role role = Role.FOLLOWER;

    PublishedState(Configuration configuration, long appliedIndex, Standing standing) {
        this.configuration = new AtomicReference<>(configuration);
        this.appliedIndex = new AtomicLong(appliedIndex);
        this.status = new AtomicReference<>(
                new RaftStatus(Role.FOLLOWER, 0, 0, 1, 0, 0, appliedIndex, appliedIndex, 0, standing));
    }

    /** Publishes what the loop knows after a step. Called by the loop. */
    void publish(Server server) {
        RaftStatus last = status.getPlain();
        String name = server.role();
        if (!name.equals(roleName)) {
            roleName = name;
            role = Role.valueOf(name);
        }
        long configurationIndex = server.configurationId().index();
        if (last.role() == role
                && last.commitIndex() == server.commitIndex()
                && last.lastIndex() == server.lastIndex()
                && last.durableIndex() == server.durableIndex()
                && last.term() == server.term()
                && last.leader() == server.leader()
                && last.firstIndex() == server.firstIndex()
                && last.standing() == server.standing()
                && last.configurationIndex() == configurationIndex) {
            return;
        }
        status.setRelease(new RaftStatus(
                role,
                server.term(),
                server.leader(),
                server.firstIndex(),
                server.lastIndex(),
                server.durableIndex(),
                server.commitIndex(),
                server.appliedIndex(),
                configurationIndex,
                server.standing()));
    }

    /** Publishes the configuration in force. Called by the loop. */
    void publish(Configuration newConfiguration) {
        configuration.setRelease(newConfiguration);
    }

    /** Publishes that the group has stopped. Called by the loop, as its last word. */
    void publishStopped() {
        RaftStatus last = status.getPlain();
        status.setRelease(new RaftStatus(
                Role.STOPPED,
                last.term(),
                0,
                last.firstIndex(),
                last.lastIndex(),
                last.durableIndex(),
                last.commitIndex(),
                last.appliedIndex(),
                last.configurationIndex(),
                last.standing()));
    }

    /** Publishes what the state machine contains. Called by the applier, before anybody is answered. */
    void publishApplied(long index) {
        appliedIndex.setRelease(index);
    }

    /** What the state machine contains at least. Acquire. */
    long appliedIndex() {
        return appliedIndex.getAcquire();
    }

    /** The configuration in force. Acquire. */
    Configuration configuration() {
        return configuration.getAcquire();
    }

    /** The last step's state; what the applier has done since counts as committed and durable, which it is. Acquire. */
    RaftStatus status() {
        long applied = appliedIndex.getAcquire();
        RaftStatus last = status.getAcquire();
        return new RaftStatus(
                last.role(),
                last.term(),
                last.leader(),
                last.firstIndex(),
                Math.max(last.lastIndex(), applied),
                Math.max(last.durableIndex(), applied),
                Math.max(last.commitIndex(), applied),
                applied,
                last.configurationIndex(),
                last.standing());
    }
}
